"""Lets a model review a change as a maintainer would."""

from __future__ import annotations

from typing import cast

from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker
from codeflash_api.llm.model import BadAnswer
from codeflash_api.llm.objects import object_in
from codeflash_api.prompting.prompts import render
from codeflash_api.review.question import Grade, Review, ReviewQuestion

ANSWER_TOKENS = 2_000
GRADES = ("high", "medium", "low")


async def review(question: ReviewQuestion, asker: Asker) -> Review:
    """A model's opinion.

    Args:
        question: The change.
        asker: The model.

    Raises:
        ProviderError: The model gave none.
    """
    rendered = render(Feature.OPTIMIZATION_REVIEW, "review", question=question)
    reply = await asker.ask(rendered.prompt(max_tokens=ANSWER_TOKENS))
    given = object_in(reply, "review")
    grade = str(given["review"]).strip().lower()
    if grade not in GRADES:
        raise BadAnswer(reply.provider, "the review is neither high, medium nor low")
    why = given.get("review_explanation", "")
    text = why.strip() if isinstance(why, str) else ""
    return Review(cast("Grade", grade), text.encode("utf-8", "replace").decode())
