"""The table of promises against the server and the tests, both ways."""

import importlib.util
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def promises():
    spec = importlib.util.spec_from_file_location("promises_of_the_server", HERE / "promises.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_every_tool_is_promised_and_every_promise_is_a_tool(connect, promises) -> None:
    async with connect() as client:
        served = {tool.name for tool in (await client.list_tools()).tools}
    assert served == set(promises.OF_TOOLS)


async def test_every_resource_is_promised_and_every_promise_is_a_resource(connect, promises) -> None:
    async with connect() as client:
        served = {str(each.uri) for each in (await client.list_resources()).resources}
        served |= {each.uri_template for each in (await client.list_resource_templates()).resource_templates}
    assert served == set(promises.OF_RESOURCES)


def test_every_promise_has_tests_that_speak_of_it(promises) -> None:
    for name, (file, *tests) in promises.OF_TOOLS.items():
        text = (HERE / file).read_text(encoding="utf-8")
        for test in tests:
            body = re.search(
                rf"^async def {test}\(.*?(?=^(?:async )?def |\Z)", text, re.MULTILINE | re.DOTALL
            )
            assert body, f"{name}: no test {test} in {file}"
            assert f'"{name}"' in body.group(), f"{test} does not call {name}"
    for uri, (file, test) in promises.OF_RESOURCES.items():
        assert f"def {test}(" in (HERE / file).read_text(encoding="utf-8"), uri


def test_every_file_of_tests_of_a_tool_keeps_a_promise(promises) -> None:
    kept = {file for file, *_ in promises.OF_TOOLS.values()}
    assert {f"tools/{path.name}" for path in (HERE / "tools").glob("test_*.py")} == kept
