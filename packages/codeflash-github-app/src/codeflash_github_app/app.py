"""The web application: the webhook, the pages, and what tells whether it works."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from codeflash_github_app import __version__
from codeflash_github_app.db.migrating import HEAD
from codeflash_github_app.db.sessions import EndedSessionTable
from codeflash_github_app.db.status import StatusTables
from codeflash_github_app.resources import Resources
from codeflash_github_app.status.router import status_router
from codeflash_github_app.status.sessions import EndedSessions
from codeflash_github_app.status.values import StatusBook
from codeflash_github_app.webhook import receive
from codeflash_postgres.errors import DatabaseAway
from codeflash_postgres.migrating import current


def create_app(resources: Resources) -> FastAPI:
    """Make the application.

    Args:
        resources: What it works with; the caller opens and closes them.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.resources = resources
        yield

    app = FastAPI(
        title="codeflash-github-app",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.include_router(receive.router)
    settings = resources.settings
    app.include_router(
        status_router(settings.password, _book, _ended, secure=settings.public_url.startswith("https://"))
    )
    app.add_api_route("/healthz", _healthz, methods=["GET"])
    app.add_api_route("/readyz", _readyz, methods=["GET"])
    return app


def _book(request: Request) -> StatusBook:
    resources: Resources = request.app.state.resources
    return StatusTables(resources.database)


def _ended(request: Request) -> EndedSessions:
    resources: Resources = request.app.state.resources
    return EndedSessionTable(resources.database)


async def _healthz() -> JSONResponse:
    """Say that the process answers; nothing else is looked at."""
    return JSONResponse({"status": "ok"})


async def _readyz(request: Request) -> JSONResponse:
    """Say whether the database answers and has all migrations."""
    resources: Resources = request.app.state.resources
    try:
        revision = await current(resources.database)
    except DatabaseAway as problem:
        return JSONResponse({"error": problem.message}, 503)
    if revision != HEAD:
        told = f"the database is at revision {revision}, not {HEAD}: run codeflash-github-app migrate"
        return JSONResponse({"error": told}, 503)
    return JSONResponse({"status": "ready", "migration": revision})
