"""Lets a model rank candidates by speed, readability and risk."""

from __future__ import annotations

from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker
from codeflash_api.llm.model import BadAnswer, Reply
from codeflash_api.llm.objects import object_in
from codeflash_api.prompting.prompts import render
from codeflash_api.ranking import rules
from codeflash_api.ranking.question import RankQuestion

ANSWER_TOKENS = 2_000


async def rank(question: RankQuestion, asker: Asker) -> tuple[int, ...]:
    """Indexes of the contestants, best first: always each of them once.

    Args:
        question: The contestants.
        asker: The model.

    Raises:
        ProviderError: The model gave no ranking.
    """
    if len(question.contestants) < 2:
        return rules.rank(question)
    rendered = render(Feature.RANK, "rank", contestants=question.contestants, references=question.references)
    reply = await asker.ask(rendered.prompt(max_tokens=ANSWER_TOKENS))
    return _read(reply, question)


def _read(reply: Reply, question: RankQuestion) -> tuple[int, ...]:
    given = object_in(reply, "ranking")["ranking"]
    count = len(question.contestants)
    if not isinstance(given, list):
        raise BadAnswer(reply.provider, "the ranking is no list")
    numbers = [
        item for item in given if isinstance(item, int) and not isinstance(item, bool) and 0 <= item < count
    ]
    if not numbers:
        raise BadAnswer(reply.provider, "the ranking names no candidate")
    # What the model forgot comes after what it named, in the order of the measurements.
    return tuple(dict.fromkeys([*numbers, *rules.rank(question)]))
