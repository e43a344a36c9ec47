from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from codeflash_api.errors import ApiError
from codeflash_api.llm.model import BadAnswer, Overloaded
from codeflash_api.testgen import service
from codeflash_api.testgen.preamble import WATCH
from codeflash_api.testgen.question import BrokenTest, RepairQuestion, WantedTests
from codeflash_api.testgen.target import Target
from codeflash_core.service.markdown import Block

CODE = "def arrange(prices):\n    return sorted(prices)\n"
QUESTION = WantedTests(
    Target("shop.ordering", "arrange"),
    (Block(CODE, "shop/ordering.py"), Block("LIMIT = 3", "shop/limits.py")),
    "tests.test_it__unit_test_0",
    helpers=("shop.limits.check",),
)
TESTS = "from shop.ordering import arrange\n\ndef test_a():\n    assert arrange([2, 1]) == [1, 2]\n"


@pytest.mark.parametrize(
    "text",
    [
        f"```python\n{TESTS}```",
        f"Sure!\n\n```python:tests/test_x.py\n{TESTS}\n```\nRun it with pytest.",
        f"```python\narrange = 1\n```\n```python\n{TESTS}```",
        TESTS,
        f"```python\n{TESTS}\ndef test_cut():\n    assert arrange([",
    ],
    ids=["fenced", "prose", "two blocks", "bare", "cut"],
)
async def test_tests_are_read_and_instrumented(text: str, saying: Any, asker: Any) -> None:
    made = await service.generate(QUESTION, asker(saying(text)))
    assert made.readable.strip() == TESTS.strip()
    assert f"{WATCH}('test_a', '0', arrange)([2, 1])" in made.behavior
    assert "test_results" in made.behavior
    assert "test_results" not in made.performance


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I can't.",
        "```python\ndef test_a():\n    assert 1\n```",
        "```python\narrange(\n```",
        "```\narrange\n```",
    ],
)
async def test_an_answer_of_no_use_is_a_bad_answer(text: str, saying: Any, asker: Any) -> None:
    with pytest.raises(BadAnswer):
        await service.generate(QUESTION, asker(saying(text)))


@pytest.mark.parametrize("index", [0, 1])
async def test_the_prompt_says_what_is_wanted(index: int, saying: Any, asker: Any) -> None:
    model = saying(f"```python\n{TESTS}```")
    question = evolve(
        QUESTION,
        index=index,
        target=Target("shop.ordering", "arrange", True),
        is_numerical=True,
        seconds=15.0,
    )
    await service.generate(question, asker(model))
    (asked,) = model.asked
    assert ("load" in asked.system) == (index == 1)
    for part in (
        "asyncio",
        "15.0 seconds",
        "tolerance",
        "from shop.ordering import",
        "pytest tests in Python",
    ):
        assert part in asked.system
    for part in (CODE.strip(), "LIMIT = 3", "shop.limits.check", "arrange"):
        assert part in asked.messages[0].text


async def test_other_languages_are_passed_on_uninstrumented(saying: Any, asker: Any) -> None:
    tests = "test('a', () => { expect(arrange([1])).toEqual([1]); });"
    question = evolve(
        QUESTION, language="javascript", framework="jest", target=Target("../src/x.js", "arrange")
    )
    made = await service.generate(question, asker(saying(f"```javascript\n{tests}\n```")))
    assert (made.readable, made.behavior, made.performance) == (tests + "\n",) * 3
    repaired = await service.repair(
        RepairQuestion(question, "old(", (BrokenTest("a"),)), asker(saying(f"```javascript\n{tests}\n```"))
    )
    assert repaired.readable == tests + "\n"


REPAIR = RepairQuestion(
    QUESTION,
    TESTS + "\ndef test_b():\n    assert arrange([]) is None\n\ndef test_c():\n    assert arrange(0)\n",
    (BrokenTest("test_b", "expects None", "still fails"), BrokenTest("TestX.test_c", "raises")),
    (2, 5),
)


async def test_only_broken_tests_are_replaced_and_given_up_ones_go(saying: Any, asker: Any) -> None:
    fresh = TESTS.replace("[2, 1]", "[9]") + "\ndef test_b():\n    assert arrange([]) == []\n"
    model = saying(f"```python\n{fresh}```")
    made = await service.repair(REPAIR, asker(model))
    assert made.readable == TESTS + "\ndef test_b():\n    assert arrange([]) == []\n\n"
    text = model.asked[0].messages[0].text
    for part in ("expects None", "still fails", "test_c", "2, 5", "is None"):
        assert part in text


@pytest.mark.parametrize("text", ["", "no", "```python\ndef test_b(\n```"])
async def test_a_repair_of_no_use_is_a_bad_answer(text: str, saying: Any, asker: Any) -> None:
    with pytest.raises(BadAnswer):
        await service.repair(REPAIR, asker(saying(text)))


async def test_a_repair_that_leaves_nothing_is_a_bad_answer(saying: Any, asker: Any) -> None:
    question = evolve(REPAIR, source=TESTS, broken=(BrokenTest("test_a"),))
    with pytest.raises(BadAnswer):
        await service.repair(question, asker(saying("```python\narrange = 0\n```")))


async def test_tests_that_do_not_parse_can_not_be_repaired(saying: Any, asker: Any) -> None:
    with pytest.raises(ApiError) as told:
        await service.repair(evolve(REPAIR, source="def ("), asker(saying("x")))
    assert told.value.status == 422


async def test_a_provider_that_fails_is_passed_on(saying: Any, asker: Any) -> None:
    with pytest.raises(Overloaded):
        await service.generate(QUESTION, asker(saying(Overloaded("saying", "busy"))))


async def test_an_answer_that_is_nested_too_deeply_is_a_bad_answer(saying: Any, asker: Any) -> None:
    deep = "(" + " + ".join(["arrange([1])"] * 700) + ")"
    text = f"```python\nfrom shop.ordering import arrange\n\ndef test_a():\n    assert {deep}\n```"
    with pytest.raises(BadAnswer):
        await service.generate(QUESTION, asker(saying(text)))
