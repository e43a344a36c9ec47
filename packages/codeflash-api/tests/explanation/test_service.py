from __future__ import annotations

from typing import Any

import pytest

from codeflash_api.explanation.question import ExplainQuestion, Figures
from codeflash_api.explanation.service import explain
from codeflash_api.llm.model import BadAnswer

QUESTION = ExplainQuestion(
    "# file: a.py\nslow()",
    "# file: a.py\nfast()",
    "Use a set.",
    Figures("1 ms", "2 us", "235%"),
    Figures("10", "20", "100%"),
    Figures("1", "3", "200%"),
    "runtime",
    "profile one",
    "profile two",
    "tests",
    "dependencies",
    "references",
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<explanation>It uses a set.</explanation>", "It uses a set."),
        ("Sure!\n<explanation>\nIt uses a set.\n</explanation>\nBye", "It uses a set."),
        ("<explanation>It uses a set.", "It uses a set."),
        ("It uses a set.", "It uses a set."),
    ],
)
async def test_explanations_are_read(text: str, read: str, saying: Any, asker: Any) -> None:
    assert await explain(QUESTION, asker(saying(text))) == read


@pytest.mark.parametrize("text", ["", "  \n", "<explanation></explanation>"])
async def test_an_empty_explanation_is_a_bad_answer(text: str, saying: Any, asker: Any) -> None:
    with pytest.raises(BadAnswer):
        await explain(QUESTION, asker(saying(text)))


async def test_a_cut_explanation_ends_with_its_last_whole_sentence(saying: Any, asker: Any) -> None:
    text = "<explanation>It uses a set. Membership is then con"
    assert await explain(QUESTION, asker(saying(text, stop="length"))) == "It uses a set."


async def test_text_that_can_not_be_encoded_is_mended(saying: Any, asker: Any) -> None:
    assert await explain(QUESTION, asker(saying("half \ud800 a pair"))) == "half ? a pair"


async def test_everything_known_is_in_the_prompt(saying: Any, asker: Any) -> None:
    model = saying("ok")
    await explain(QUESTION, asker(model))
    text = model.asked[0].messages[0].text
    for part in (
        "slow()",
        "fast()",
        "Use a set.",
        "235%",
        "profile one",
        "dependencies",
        "references",
        "tests",
    ):
        assert part in text


async def test_the_smallest_question_can_be_asked(saying: Any, asker: Any) -> None:
    assert await explain(ExplainQuestion("a", "b"), asker(saying("ok"))) == "ok"
