"""Candidates from a model."""

from __future__ import annotations

from codeflash_api.code.candidates import Candidate, Sieve
from codeflash_api.code.languages import spoken
from codeflash_api.code.markdown import write_blocks
from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker
from codeflash_api.optimization.question import OptimizeQuestion
from codeflash_api.prompting.drafting import candidates_from, context_for, hints_for, notes_of
from codeflash_api.prompting.prompts import render


async def optimize(question: OptimizeQuestion, asker: Asker) -> tuple[Candidate, ...]:
    """Faster versions that a model wrote, in its own order.

    Args:
        question: The request.
        asker: The model.

    Raises:
        ProviderError: The model gave no candidate that can be used.
    """
    context = await context_for(asker, question.files, question.dependencies)
    feature = Feature.OPTIMIZE_LINE_PROFILER if question.profile else Feature.OPTIMIZE
    rendered = render(
        feature,
        "optimize",
        language=spoken(question.language, question.version),
        code=write_blocks(context.code),
        read_only=write_blocks(context.read_only),
        notes=notes_of(context),
        hints=await hints_for(question.files, question.language),
        profile=question.profile,
        function=question.function,
        is_async=question.is_async,
        is_numerical=question.is_numerical,
        most=question.most,
    )
    sieve = Sieve(question.files, question.language)
    return await candidates_from(asker, rendered, sieve, question.most, language=question.language)
