"""The table of promises against the server and the tests, both ways."""

import importlib.util
import re
from pathlib import Path

import pytest

from codeflash_lsp.server import build_server

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def promises():
    spec = importlib.util.spec_from_file_location("promises_of_the_editors_server", HERE / "promises.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def served():
    return build_server().protocol.fm


def test_every_method_is_promised_and_every_promise_is_a_method(served, promises) -> None:
    assert set(served.features) == set(promises.OF_METHODS)


def test_every_command_is_promised_and_every_promise_is_a_command(served, promises) -> None:
    assert set(served.commands) == set(promises.OF_COMMANDS)


def test_every_promise_has_tests(promises) -> None:
    for name, (file, *tests) in {**promises.OF_METHODS, **promises.OF_COMMANDS}.items():
        text = (HERE / file).read_text(encoding="utf-8")
        for test in tests:
            body = re.search(
                rf"^async def {test}\(.*?(?=^(?:async )?def |\Z)", text, re.MULTILINE | re.DOTALL
            )
            assert body, f"{name}: no test {test} in {file}"
            if name.startswith("codeflash"):
                assert f'"{name}"' in body.group(), f"{test} does not call {name}"


def test_every_file_of_tests_of_requests_keeps_a_promise(promises) -> None:
    kept = {file for file, *_ in (*promises.OF_METHODS.values(), *promises.OF_COMMANDS.values())}
    assert {f"requests/{path.name}" for path in (HERE / "requests").glob("test_*.py")} <= kept
