"""``POST /ai/rank``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends

from codeflash_api.feature import Feature
from codeflash_api.http.errors import ERRORS
from codeflash_api.ranking import rules, service
from codeflash_api.ranking.schemas import RankRequest, RankResponse
from codeflash_api.resources import Resources, get_resources
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered

router = APIRouter(tags=["ai"])
FEW = 20
"""Contestants that are ranked before a thread would have begun: clients send one for each candidate that is faster."""


@router.post("/ai/rank", response_model=RankResponse, responses=ERRORS)
async def rank(
    body: RankRequest,
    call: Annotated[Call, Depends(metered(Feature.RANK), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> RankResponse:
    """Rank candidates that are correct and faster; the first one is to be taken."""
    question = body.question()
    ranking = await resources.answer(
        call,
        by_model=partial(service.rank, question),
        by_rules=partial(rules.rank, question),
        at_once=len(question.contestants) <= FEW,
    )
    return RankResponse(ranking=list(ranking))
