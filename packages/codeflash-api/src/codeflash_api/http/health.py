"""Is the service alive, is it ready, and what are its figures?"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from codeflash_api.db.migrating import HEAD
from codeflash_api.errors import unavailable
from codeflash_api.http.errors import ERRORS
from codeflash_api.observability.metrics import CONTENT_TYPE, Metrics
from codeflash_api.resources import Resources, get_resources
from codeflash_postgres.migrating import current

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """The service can do its work."""

    status: Literal["ready"] = "ready"
    migration: str = Field(description="The revision of the database.", examples=["0001"])


@router.get("/healthz", response_model=Health)
async def healthz() -> Health:
    """Say that the process answers; nothing else is looked at."""
    return Health()


@router.get("/readyz", response_model=Readiness, responses={503: ERRORS[503]})
async def readyz(resources: Annotated[Resources, Depends(get_resources)]) -> Readiness:
    """Say whether the database answers and has all migrations."""
    revision = await current(resources.database)
    if revision != HEAD:
        raise unavailable(f"the database is at revision {revision}, not {HEAD}: run codeflash-api migrate")
    return Readiness(migration=revision)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Figures in Prometheus's text form."""
    figures: Metrics = request.app.state.metrics
    return Response(figures.text(), media_type=CONTENT_TYPE)
