"""The table of promises and the tests: each promise has a test, each test a promise."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from bodies import AI, ASKED, COMPANION
from manifest import ELSEWHERE, PROMISES
from running_service import Service

HERE = Path(__file__).parent


def modules() -> Iterator[ModuleType]:
    for path in sorted(HERE.glob("test_*.py")):
        if path == Path(__file__):
            continue
        spec = importlib.util.spec_from_file_location(f"read_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


def kept() -> dict[str, tuple[str, ...]]:
    """Promises by test."""
    return {
        f"{module.__name__.removeprefix('read_')}.{name}": getattr(test, "promises", ())
        for module in modules()
        for name, test in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("test_")
    }


def test_every_promise_has_a_test() -> None:
    tested = {promise for promises in kept().values() for promise in promises}
    assert set(PROMISES) - tested - set(ELSEWHERE) == set()


def test_every_test_keeps_promises_that_were_made() -> None:
    tests = kept()
    assert [name for name, promises in tests.items() if not promises] == []
    assert {promise for promises in tests.values() for promise in promises} - set(PROMISES) == set()


def test_what_is_tested_elsewhere_is_promised_and_there() -> None:
    assert set(ELSEWHERE) <= set(PROMISES)
    for file, test in ELSEWHERE.values():
        assert f"def {test}(" in (HERE.parent / file).read_text(encoding="utf-8")


def test_the_service_has_the_endpoints_of_the_contract_and_no_others(rules: Service) -> None:
    paths = rules.client.get(f"{rules.main}/openapi.json").json()["paths"]
    served = {path for path in paths if path.startswith(("/ai/", "/cfapi/"))}
    assert served == {*(one.path for one in (*AI, *COMPANION)), *ASKED}
    assert (len(AI), len(COMPANION) + len(ASKED)) == (13, 11)
