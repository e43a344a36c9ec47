"""``POST /ai/optimize`` and ``POST /ai/optimize-line-profiler``."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from attrs import evolve
from fastapi import APIRouter, Depends

from codeflash_api.answers.repository import recalled, remember
from codeflash_api.feature import Feature
from codeflash_api.http.candidates import candidate_answer
from codeflash_api.http.errors import ERRORS
from codeflash_api.optimization import rules, service
from codeflash_api.optimization.question import OptimizeQuestion
from codeflash_api.optimization.schemas import LineProfilerRequest, OptimizeRequest, OptimizeResponse
from codeflash_api.resources import Resources, get_resources
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered

router = APIRouter(tags=["ai"])


@router.post("/ai/optimize", response_model=OptimizeResponse, responses=ERRORS)
async def optimize(
    body: OptimizeRequest,
    call: Annotated[Call, Depends(metered(Feature.OPTIMIZE), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> OptimizeResponse:
    """Make faster versions of a function."""
    earlier = await recalled(resources, call, body.rerun_trace_id, "optimize")
    if earlier is not None:
        return OptimizeResponse.model_validate(earlier)
    question = evolve(await asyncio.to_thread(body.question), is_async=body.is_async)
    return await _answer(resources, call, question, "optimize")


@router.post("/ai/optimize-line-profiler", response_model=OptimizeResponse, responses=ERRORS)
async def optimize_line_profiler(
    body: LineProfilerRequest,
    call: Annotated[Call, Depends(metered(Feature.OPTIMIZE_LINE_PROFILER), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> OptimizeResponse:
    """Make faster versions of a function whose lines were timed."""
    earlier = await recalled(resources, call, body.rerun_trace_id, "optimize-line-profiler")
    if earlier is not None:
        return OptimizeResponse.model_validate(earlier)
    question = evolve(await asyncio.to_thread(body.question), profile=body.line_profiler_results)
    return await _answer(resources, call, question, "optimize-line-profiler")


async def _answer(
    resources: Resources, call: Call, question: OptimizeQuestion, slot: str
) -> OptimizeResponse:
    found = await resources.answer(
        call,
        by_model=partial(service.optimize, question),
        by_rules=partial(rules.optimize, question) if question.language == "python" else None,
    )
    answer = OptimizeResponse(optimizations=[candidate_answer(each) for each in found])
    await remember(resources, call, slot, answer.model_dump())
    return answer
