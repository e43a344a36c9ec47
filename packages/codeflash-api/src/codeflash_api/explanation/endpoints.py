"""``POST /ai/explain``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends

from codeflash_api.explanation import rules, service
from codeflash_api.explanation.schemas import ExplainRequest, ExplainResponse
from codeflash_api.feature import Feature
from codeflash_api.http.errors import ERRORS
from codeflash_api.resources import Resources, get_resources
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered

router = APIRouter(tags=["ai"])


@router.post("/ai/explain", response_model=ExplainResponse, responses=ERRORS)
async def explain(
    body: ExplainRequest,
    call: Annotated[Call, Depends(metered(Feature.EXPLAIN), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> ExplainResponse:
    """Explain why a change is faster, with what was measured."""
    question = body.question()
    explanation = await resources.answer(
        call, by_model=partial(service.explain, question), by_rules=partial(rules.explain, question)
    )
    return ExplainResponse(explanation=explanation)
