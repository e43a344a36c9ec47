from __future__ import annotations

from typing import Any

import pytest

from codeflash_api.llm.model import BadAnswer, Overloaded
from codeflash_api.ranking.question import Contestant, RankQuestion
from codeflash_api.ranking.service import rank

TWO = RankQuestion((Contestant("diff one", 2.0, "a"), Contestant("diff two", 9.0, "b")), "callers here")


@pytest.mark.parametrize(
    "text",
    [
        '{"ranking": [0, 1], "why": "smaller"}',
        'I think:\n```json\n{"ranking": [0, 1]}\n```\nThat is all.',
        '{"ranking": [0, 1',
        '{"ranking": [0]}',
        '{"ranking": [0, 0, 7, "x", true, 1]}',
        '{"thoughts": {"a": 1}} {"ranking": [0, 1]}',
    ],
    ids=["plain", "fenced", "cut", "one forgotten", "odd entries", "second object"],
)
async def test_a_ranking_is_read_and_completed(text: str, saying: Any, asker: Any) -> None:
    assert await rank(TWO, asker(saying(text))) == (0, 1)


@pytest.mark.parametrize(
    "text",
    ["", "the first one", '{"ranking": 1}', '{"ranking": []}', '{"ranking": [99]}', "[0, 1]", '{"a": 1}'],
)
async def test_what_is_no_ranking_is_a_bad_answer(text: str, saying: Any, asker: Any) -> None:
    with pytest.raises(BadAnswer):
        await rank(TWO, asker(saying(text)))


async def test_the_prompt_fences_what_the_client_sent(saying: Any, asker: Any) -> None:
    model = saying('{"ranking": [1, 0]}')
    await rank(TWO, asker(model))
    text = model.asked[0].messages[0].text
    assert "diff one" in text
    assert "callers here" in text
    assert "9.0 times" in text
    assert "of=" in text


async def test_there_is_nothing_to_ask_about_a_single_one(saying: Any, asker: Any) -> None:
    assert await rank(RankQuestion((Contestant("d", 2.0, "a"),)), asker(saying())) == (0,)


async def test_a_provider_that_fails_is_passed_on(saying: Any, asker: Any) -> None:
    with pytest.raises(Overloaded):
        await rank(TWO, asker(saying(Overloaded("saying", "busy"))))
