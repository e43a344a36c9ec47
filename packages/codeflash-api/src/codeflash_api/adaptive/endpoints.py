"""``POST /ai/adaptive_optimize``: the answer is a bare candidate."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends

from codeflash_api.adaptive import rules, service
from codeflash_api.adaptive.schemas import AdaptiveRequest
from codeflash_api.feature import Feature
from codeflash_api.http.candidates import CandidateAnswer, candidate_answer
from codeflash_api.http.errors import ERRORS
from codeflash_api.resources import Resources, get_resources
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered

router = APIRouter(tags=["ai"])


@router.post("/ai/adaptive_optimize", response_model=CandidateAnswer, responses=ERRORS)
async def adaptive_optimize(
    body: AdaptiveRequest,
    call: Annotated[Call, Depends(metered(Feature.ADAPTIVE_OPTIMIZE), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> CandidateAnswer:
    """Go one step further than candidates that worked."""
    question = await asyncio.to_thread(body.question)
    found = await resources.answer(
        call,
        by_model=partial(service.adapt, question),
        by_rules=partial(rules.adapt, question) if question.language == "python" else None,
    )
    return candidate_answer(found)
