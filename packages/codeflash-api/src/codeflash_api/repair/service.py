"""Repairs by a model."""

from __future__ import annotations

from attrs import evolve

from codeflash_api.code.candidates import Candidate, Sieve
from codeflash_api.code.languages import spoken
from codeflash_api.code.markdown import write_blocks
from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker
from codeflash_api.prompting.drafting import candidates_from, context_for, notes_of
from codeflash_api.prompting.prompts import render
from codeflash_api.repair.question import Difference, RepairQuestion

MOST_DIFFERENCES = 12
LONGEST = 4_000
"""Characters of one value, test or error that a model is shown."""


async def repair(question: RepairQuestion, asker: Asker) -> Candidate:
    """A version that a model repaired.

    Args:
        question: The request.
        asker: The model.

    Raises:
        ProviderError: The model gave nothing that can be used.
    """
    context = await context_for(asker, (*question.original, *question.modified))
    count = len(question.original)
    rendered = render(
        Feature.CODE_REPAIR,
        "repair",
        language=spoken(question.language),
        original=write_blocks(context.code[:count]),
        modified=write_blocks(context.code[count:]),
        notes=notes_of(context),
        differences=[_shortened(each) for each in question.differences[:MOST_DIFFERENCES]],
        more=max(0, len(question.differences) - MOST_DIFFERENCES),
    )
    sieve = Sieve(question.original, question.language, known=[question.modified])
    found = await candidates_from(
        asker, rendered, sieve, 1, language=question.language, parent_id=question.optimization_id
    )
    return found[0]


def _shortened(difference: Difference) -> Difference:
    return evolve(
        difference,
        original_value=_cut(difference.original_value),
        candidate_value=_cut(difference.candidate_value),
        test=_cut(difference.test),
        candidate_error=_cut(difference.candidate_error),
        original_error=_cut(difference.original_error),
    )


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]}\n[{len(text) - 2 * half} characters left out]\n{text[-half:]}"
