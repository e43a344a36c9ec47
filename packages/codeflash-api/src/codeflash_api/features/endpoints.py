"""``POST /ai/log_features``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from codeflash_api.feature import Feature
from codeflash_api.features import repository
from codeflash_api.features.schemas import LogFeaturesRequest, LogFeaturesResponse
from codeflash_api.http.errors import ERRORS
from codeflash_api.resources import Resources, get_resources
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered

router = APIRouter(tags=["ai"])


@router.post("/ai/log_features", response_model=LogFeaturesResponse, responses=ERRORS)
async def log_features(
    body: LogFeaturesRequest,
    call: Annotated[Call, Depends(metered(Feature.LOG_FEATURES), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> LogFeaturesResponse:
    """Store what became of the candidates of one function."""
    await repository.keep(resources.database, call.principal.organization_id, body.trace_id, body.stored())
    return LogFeaturesResponse()
