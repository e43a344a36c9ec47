"""Lets a model explain why a change is faster."""

from __future__ import annotations

import re

from codeflash_api.explanation.question import ExplainQuestion
from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker
from codeflash_api.llm.model import BadAnswer
from codeflash_api.prompting.prompts import render

ANSWER_TOKENS = 2_000
_TAGS = re.compile(r"<explanation>(.*?)(?:</explanation>|\Z)", re.DOTALL)


async def explain(question: ExplainQuestion, asker: Asker) -> str:
    """An explanation in markdown.

    Args:
        question: What is known.
        asker: The model.

    Raises:
        ProviderError: The model gave none.
    """
    rendered = render(Feature.EXPLAIN, "explain", question=question)
    reply = await asker.ask(rendered.prompt(max_tokens=ANSWER_TOKENS))
    found = _TAGS.search(reply.text)
    text = (found.group(1) if found else reply.text).strip()
    if not text:
        raise BadAnswer(reply.provider, "the explanation is empty")
    if reply.stop == "length":
        # Half a sentence is worse than one less.
        text = text.rpartition(".")[0].strip() + "." if "." in text else text
    # What can't be encoded can't be sent.
    return text.encode("utf-8", "replace").decode()
