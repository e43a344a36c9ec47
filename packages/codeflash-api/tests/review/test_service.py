from __future__ import annotations

from typing import Any

import pytest

from codeflash_api.llm.model import BadAnswer
from codeflash_api.review.question import Review, ReviewQuestion
from codeflash_api.review.service import review

QUESTION = ReviewQuestion(
    "slow()",
    "fast()",
    "Uses a set.",
    "235%",
    "1 ms",
    "2 us",
    250,
    "100.0%",
    "existing",
    "generated",
    "replayed",
    ("bench one",),
    "callers",
)


@pytest.mark.parametrize(
    "text",
    [
        '{"review": "high", "review_explanation": "Clear."}',
        'Here:\n```json\n{"review": " High ", "review_explanation": "Clear."}\n```',
        '{"review": "high", "review_explanation": "Clear."',
        "{'review': 'high', 'review_explanation': 'Clear.'}",
    ],
    ids=["plain", "fenced", "cut", "single quotes"],
)
async def test_opinions_are_read(text: str, saying: Any, asker: Any) -> None:
    assert await review(QUESTION, asker(saying(text))) == Review("high", "Clear.")


@pytest.mark.parametrize(
    "text", ["", "high", '{"review": "superb"}', '{"grade": "high"}', '{"review": null}']
)
async def test_other_answers_are_bad(text: str, saying: Any, asker: Any) -> None:
    with pytest.raises(BadAnswer):
        await review(QUESTION, asker(saying(text)))


async def test_an_explanation_that_is_no_text_is_left_out(saying: Any, asker: Any) -> None:
    text = '{"review": "low", "review_explanation": ["a"]}'
    assert await review(QUESTION, asker(saying(text))) == Review("low", "")


async def test_everything_known_is_in_the_prompt(saying: Any, asker: Any) -> None:
    model = saying('{"review": "low"}')
    await review(QUESTION, asker(model))
    text = model.asked[0].messages[0].text
    for part in ("slow()", "fast()", "235%", "bench one", "callers", "existing", "generated", "replayed"):
        assert part in text
