"""Smaller and more readable versions of a candidate, by a model."""

from __future__ import annotations

from collections.abc import Sequence

from codeflash_api.code.candidates import Candidate, Sieve
from codeflash_api.code.languages import spoken
from codeflash_api.code.markdown import Block, write_blocks
from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker
from codeflash_api.prompting.drafting import candidates_from, context_for, notes_of
from codeflash_api.prompting.prompts import render
from codeflash_api.refinement.question import RefineQuestion

MOST = 2


async def refine(questions: Sequence[RefineQuestion], asker: Asker) -> tuple[Candidate, ...]:
    """Better versions of each candidate, with it as their parent.

    Args:
        questions: The requests.
        asker: The model.

    Raises:
        ProviderError: The model gave nothing that can be used for one of them.
    """
    found: list[Candidate] = []
    for question in questions:
        found += await _refined(question, asker)
    return tuple(found)


async def _refined(question: RefineQuestion, asker: Asker) -> tuple[Candidate, ...]:
    others = [Block(text, path, question.language) for path, text in question.others.items()]
    context = await context_for(
        asker, (*question.original, *question.optimized), (*question.read_only, *others)
    )
    count = len(question.original)
    rendered = render(
        Feature.REFINEMENT,
        "refine",
        language=spoken(question.language, question.version),
        original=write_blocks(context.code[:count]),
        optimized=write_blocks(context.code[count:]),
        explanation=question.explanation,
        read_only=write_blocks(context.read_only),
        notes=notes_of(context),
        original_profile=question.original_profile,
        optimized_profile=question.optimized_profile,
        original_runtime=question.original_runtime,
        optimized_runtime=question.optimized_runtime,
        speedup=question.speedup,
        references=question.references,
        most=MOST,
    )
    sieve = Sieve(question.original, question.language, known=[question.optimized])
    return await candidates_from(
        asker, rendered, sieve, MOST, language=question.language, parent_id=question.optimization_id
    )
