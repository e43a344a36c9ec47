"""Candidates whose answers go stale, told from those that look again."""

import pytest

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.target import Workload
from codeflash_core.model.verdict import Different, Same
from codeflash_core.ports.language import CheckRequest

pytestmark = pytest.mark.slow
SHOP = """import rates


def price(name, count):
    found = 0
    for each in rates.TABLE:
        if each == name:
            found = rates.TABLE[each]
    return found * count
"""
FILES = {
    "rates.py": 'TABLE = {"a": 2, "b": 3}\n\n\ndef enter(name, rate):\n    TABLE[name] = rate\n',
    "shop.py": SHOP,
    "tests/test_shop.py": (
        "from shop import price\n\n\ndef test_some():\n    assert price('a', 2) == 4\n    assert price('c', 1) == 0\n"
    ),
}
KEPT = """import rates

_KEPT = {}


def price(name, count):
    if name not in _KEPT:
        _KEPT[name] = rates.TABLE.get(name, 0)
    return _KEPT[name] * count
"""
FRESH = "import rates\n\n\ndef price(name, count):\n    return rates.TABLE.get(name, 0) * count\n"


async def stirred(place, text):
    here = place(FILES)
    target = await here.target("shop.py::price")
    (corpus,) = await here.language.observe(here.project, (target,), Workload("tests", here.project.tests), 0)
    prepared = await here.language.prepare(here.project, target, Candidate("1", "t", {"shop.py": text}))
    assert prepared.refusals == ()
    request = CheckRequest(
        target,
        prepared.side,
        corpus,
        Workload("tests", ("tests",)),
        fuzz_cases=5,
        keeps_state=prepared.keeps_state,
    )
    return await here.language.check(here.project, request)


async def test_a_memo_of_what_another_module_changes_differs_and_the_name_is_told(place) -> None:
    verdict = await stirred(place, KEPT)
    assert isinstance(verdict, Different)
    found = verdict.counterexample
    assert found.where.endswith("after rates.TABLE was changed between two calls")
    assert found.call == "price('a', 2)"


async def test_what_looks_again_is_the_same(place) -> None:
    assert isinstance(await stirred(place, FRESH), Same)
