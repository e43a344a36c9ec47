"""``POST /ai/code_repair``: the answer is a bare candidate."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends

from codeflash_api.answers.repository import recalled, remember
from codeflash_api.code.slots import slot_of
from codeflash_api.feature import Feature
from codeflash_api.http.candidates import CandidateAnswer, candidate_answer
from codeflash_api.http.errors import ERRORS
from codeflash_api.repair import rules, service
from codeflash_api.repair.schemas import RepairRequest
from codeflash_api.resources import Resources, get_resources
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered

router = APIRouter(tags=["ai"])


@router.post("/ai/code_repair", response_model=CandidateAnswer, responses=ERRORS)
async def code_repair(
    body: RepairRequest,
    call: Annotated[Call, Depends(metered(Feature.CODE_REPAIR), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> CandidateAnswer:
    """Make a candidate behave like the original again."""
    slot = slot_of("code-repair", body.optimization_id)
    earlier = await recalled(resources, call, body.rerun_trace_id, slot)
    if earlier is not None:
        return CandidateAnswer.model_validate(earlier)
    question = await asyncio.to_thread(body.question)
    found = await resources.answer(
        call,
        by_model=partial(service.repair, question),
        by_rules=partial(rules.repair, question) if question.language == "python" else None,
    )
    answer = candidate_answer(found)
    await remember(resources, call, slot, answer.model_dump())
    return answer
