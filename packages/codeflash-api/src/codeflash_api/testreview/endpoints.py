"""``POST /ai/testgen_review``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends

from codeflash_api.feature import Feature
from codeflash_api.http.errors import ERRORS
from codeflash_api.resources import Resources, get_resources
from codeflash_api.testreview import rules, service
from codeflash_api.testreview.schemas import FileReview, TestgenReviewRequest, TestgenReviewResponse
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered

router = APIRouter(tags=["ai"])


@router.post("/ai/testgen_review", response_model=TestgenReviewResponse, responses=ERRORS)
async def testgen_review(
    body: TestgenReviewRequest,
    call: Annotated[Call, Depends(metered(Feature.TESTGEN_REVIEW), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> TestgenReviewResponse:
    """Name the test functions that should be replaced."""
    question = body.question()
    # The rules only read what the client says of failures: any language will do.
    found = await resources.answer(
        call, by_model=partial(service.review, question), by_rules=partial(rules.review, question)
    )
    return TestgenReviewResponse(reviews=[FileReview.of(each) for each in found])
