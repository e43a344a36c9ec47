"""The table of promises against the routes and the tests, both ways."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from codeflash_github_app.webhook.router import IGNORED, ROUTES

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def promises() -> ModuleType:
    spec = importlib.util.spec_from_file_location("promises_of_the_app", HERE / "promises.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def body_of(file: str, test: str) -> str:
    text = (HERE / file).read_text("utf-8")
    found = re.search(
        rf"(?:^@[^\n]*\n(?:^[ \])][^\n]*\n)*)*^(?:async )?def {test}\(.*?(?=^(?:async )?def |^@|\Z)",
        text,
        re.MULTILINE | re.DOTALL,
    )
    assert found, f"no test {test} in {file}"
    return found[0]


def test_every_route_is_promised_and_every_promise_is_a_route(promises: ModuleType) -> None:
    assert set(promises.OF_EVENTS) == set(ROUTES)


def test_every_promise_has_tests_and_the_first_speaks_of_it(promises: ModuleType) -> None:
    for (event, action), (file, *tests) in promises.OF_EVENTS.items():
        first, _ = (body_of(file, test) for test in tests)
        for word in filter(None, (event, action)):
            assert f'"{word}"' in first, f"{tests[0]} does not speak of {word}"
    for file, test in promises.OF_THE_REST.values():
        body_of(file, test)


def test_every_ignored_event_has_a_reason() -> None:
    assert all(re.fullmatch(r"[a-zA-Z ,]{10,90}", why) for why in IGNORED.values())
    assert {event for event, _ in ROUTES} - set(IGNORED) == {"push"}
