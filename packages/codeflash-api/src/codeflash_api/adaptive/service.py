"""The next step by a model that sees all steps before it."""

from __future__ import annotations

from codeflash_api.adaptive.question import AdaptQuestion
from codeflash_api.code.candidates import Candidate, Sieve
from codeflash_api.code.languages import spoken
from codeflash_api.code.markdown import write_blocks
from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker
from codeflash_api.prompting.drafting import candidates_from, context_for, hints_for, notes_of
from codeflash_api.prompting.prompts import render

MOST_STEPS = 4
"""Candidates that a model is shown: the last ones."""


async def adapt(question: AdaptQuestion, asker: Asker) -> Candidate:
    """A version that goes further than the last candidate.

    Args:
        question: The request.
        asker: The model.

    Raises:
        ProviderError: The model gave nothing that can be used.
    """
    steps = question.steps[-MOST_STEPS:]
    context = await context_for(asker, (*question.original, *(file for step in steps for file in step.files)))
    count = len(question.original)
    shown = [
        {
            "code": write_blocks(context.code[count * number : count * (number + 1)]),
            "explanation": step.explanation,
            "source": step.source,
            "speedup": step.speedup,
        }
        for number, step in enumerate(steps, 1)
    ]
    rendered = render(
        Feature.ADAPTIVE_OPTIMIZE,
        "adapt",
        language=spoken(question.language),
        original=write_blocks(context.code[:count]),
        steps=shown,
        notes=notes_of(context),
        hints=await hints_for(question.last.files, question.language),
    )
    known = [step.files for step in question.steps]
    found = await candidates_from(
        asker,
        rendered,
        Sieve(question.original, question.language, known=known),
        1,
        language=question.language,
        parent_id=question.last.optimization_id,
    )
    return found[0]
