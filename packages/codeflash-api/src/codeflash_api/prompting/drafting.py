"""Asks a model for new versions of code, and passes on what of its answer is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from codeflash_api.code.candidates import Candidate, Sieve
from codeflash_api.code.context import Context, TooLarge, fitted, token_budget
from codeflash_api.code.markdown import Block, read_drafts
from codeflash_api.llm.answering import Asker
from codeflash_api.llm.model import BadAnswer, Refused
from codeflash_api.prompting.fence import Trusted
from codeflash_api.prompting.hints import hints, told
from codeflash_api.prompting.prompts import Rendered

ANSWER_TOKENS = 16_000


async def context_for(asker: Asker, code: Sequence[Block], read_only: Sequence[Block] = ()) -> Context:
    """The code as there is room for it in the model's context.

    Raises:
        ProviderError: The files alone are too large for this model.
    """
    try:
        return await asyncio.to_thread(fitted, code, read_only, token_budget(asker.model))
    except TooLarge as problem:
        raise Refused(asker.model, str(problem)) from None


async def hints_for(code: Sequence[Block], language: str) -> Trusted:
    """What the rewrite catalogue knows about the code, for a prompt."""
    if language != "python":
        return Trusted("")
    found = await asyncio.to_thread(hints, [block.text for block in code])
    return told(found)


def notes_of(context: Context) -> Trusted:
    """What was left out of the code, for a prompt."""
    return Trusted(" ".join(context.notes))


async def candidates_from(
    asker: Asker,
    rendered: Rendered,
    sieve: Sieve,
    most: int,
    *,
    language: str = "python",
    parent_id: str | None = None,
) -> tuple[Candidate, ...]:
    """What of a model's answer may be passed on.

    Args:
        asker: The model.
        rendered: What it is asked.
        sieve: Knows the original and what there is already.
        most: How many are wanted.
        language: The code's language.
        parent_id: What they build on.

    Raises:
        ProviderError: There is no answer, or none of the code in it can be used.
    """
    reply = await asker.ask(rendered.prompt(max_tokens=ANSWER_TOKENS))
    drafts = await asyncio.to_thread(read_drafts, reply.text, language)
    found = await asyncio.to_thread(
        sieve.candidates, drafts, most, model=reply.model or asker.model, parent_id=parent_id
    )
    if not found:
        what = "no code in the answer" if not drafts else "no code in the answer is whole and new"
        raise BadAnswer(reply.provider, what)
    return found
