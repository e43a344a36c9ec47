"""``POST /ai/optimization_review``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends

from codeflash_api.feature import Feature
from codeflash_api.http.errors import ERRORS
from codeflash_api.resources import Resources, get_resources
from codeflash_api.review import rules, service
from codeflash_api.review.schemas import ReviewRequest, ReviewResponse
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered

router = APIRouter(tags=["ai"])


@router.post("/ai/optimization_review", response_model=ReviewResponse, responses=ERRORS)
async def review(
    body: ReviewRequest,
    call: Annotated[Call, Depends(metered(Feature.OPTIMIZATION_REVIEW), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> ReviewResponse:
    """Say whether a change is worth a maintainer's time."""
    question = body.question()
    found = await resources.answer(
        call, by_model=partial(service.review, question), by_rules=partial(rules.review, question)
    )
    return ReviewResponse(review=found.grade, review_explanation=found.explanation)
