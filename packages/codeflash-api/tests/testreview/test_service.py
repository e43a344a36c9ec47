from __future__ import annotations

from typing import Any

import pytest

from codeflash_api.llm.model import BadAnswer, Overloaded
from codeflash_api.testreview.question import FilesQuestion, FileVerdict, Flaw, ReviewedFile
from codeflash_api.testreview.service import review

SOURCE = "def test_a():\n    f()\n\nclass TestB:\n    def test_b(self):\n        f()\n"
QUESTION = FilesQuestion(
    (ReviewedFile(0, SOURCE, ("test_a",), {"test_a": "E  assert 1 == 2"}), ReviewedFile(1, "not python (")),
    "def f(): return 1",
    "f",
    coverage="55.0%",
    unexecuted=(3, 4),
)


async def test_flaws_of_known_functions_are_passed_on_and_failures_always(saying: Any, asker: Any) -> None:
    text = """Here: {"reviews": [
        {"test_index": 0, "functions": [
            {"function_name": "TestB.test_b", "reason": "compares nothing"},
            {"function_name": "test_a", "reason": "guess"},
            {"function_name": "test_invented", "reason": "?"},
            {"function_name": 3}, "odd"]},
        {"test_index": 1, "functions": [{"function_name": "test_x", "reason": 5}]},
        {"test_index": 9, "functions": []}, {"test_index": 1, "functions": null}, 4]}"""
    assert await review(QUESTION, asker(saying(text))) == (
        FileVerdict(
            0,
            (Flaw("test_a", "Fails on the original code: assert 1 == 2"), Flaw("test_b", "compares nothing")),
        ),
        FileVerdict(1, (Flaw("test_x", "Of little use."),)),
    )


async def test_files_that_the_model_forgot_keep_their_failures(saying: Any, asker: Any) -> None:
    first, second = await review(QUESTION, asker(saying('{"reviews": []}')))
    assert [flaw.function for flaw in first.flaws] == ["test_a"]
    assert second.flaws == ()


@pytest.mark.parametrize("text", ["", "all fine", '{"reviews": "none"}', "[]"])
async def test_what_is_no_review_is_a_bad_answer(text: str, saying: Any, asker: Any) -> None:
    with pytest.raises(BadAnswer):
        await review(QUESTION, asker(saying(text)))


async def test_the_prompt_holds_tests_failures_and_coverage(saying: Any, asker: Any) -> None:
    model = saying('{"reviews": []}')
    await review(QUESTION, asker(model))
    text = model.asked[0].messages[0].text
    for part in (SOURCE, "def f(): return 1", "assert 1 == 2", "55.0%", "3, 4", "Review the 2 files"):
        assert part in text


async def test_a_provider_that_fails_is_passed_on(saying: Any, asker: Any) -> None:
    with pytest.raises(Overloaded):
        await review(QUESTION, asker(saying(Overloaded("saying", "busy"))))
