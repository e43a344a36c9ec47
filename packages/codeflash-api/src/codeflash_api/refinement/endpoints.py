"""``POST /ai/refinement``."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Body, Depends

from codeflash_api.answers.repository import recalled, remember
from codeflash_api.code.slots import slot_of
from codeflash_api.feature import Feature
from codeflash_api.http.candidates import candidate_answer
from codeflash_api.http.errors import ERRORS
from codeflash_api.refinement import rules, service
from codeflash_api.refinement.schemas import MOST_ITEMS, RefinementItem, RefinementResponse
from codeflash_api.resources import Resources, get_resources
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered

router = APIRouter(tags=["ai"])


@router.post("/ai/refinement", response_model=RefinementResponse, responses=ERRORS)
async def refinement(
    body: Annotated[list[RefinementItem], Body(min_length=1, max_length=MOST_ITEMS)],
    call: Annotated[Call, Depends(metered(Feature.REFINEMENT), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> RefinementResponse:
    """Make candidates that are correct and faster smaller and more readable."""
    slot = slot_of("refinement", *(item.optimization_id for item in body))
    earlier = await recalled(resources, call, body[0].rerun_trace_id, slot)
    if earlier is not None:
        return RefinementResponse.model_validate(earlier)
    questions = await asyncio.to_thread(lambda: [item.question() for item in body])
    all_python = all(question.language == "python" for question in questions)
    found = await resources.answer(
        call,
        by_model=partial(service.refine, questions),
        by_rules=partial(rules.refine, questions) if all_python else None,
    )
    answer = RefinementResponse(refinements=[candidate_answer(each) for each in found])
    await remember(resources, call, slot, answer.model_dump())
    return answer
