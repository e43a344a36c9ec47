"""The application: its routes, what every request passes, and what it holds while it runs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from importlib import import_module

from fastapi import APIRouter, FastAPI

from codeflash_api import __version__
from codeflash_api.db.opening import configured
from codeflash_api.feature import Feature
from codeflash_api.http import errors, health
from codeflash_api.http.body import BodyGuard, BodyLimits
from codeflash_api.http.costs import Costs
from codeflash_api.http.disconnect import CancelOnDisconnect
from codeflash_api.http.door import LastDoor
from codeflash_api.http.openapi import document
from codeflash_api.http.request_ids import RequestIds
from codeflash_api.llm.answering import Chain, Prices
from codeflash_api.llm.prices import load_prices
from codeflash_api.llm.registry import build_chains
from codeflash_api.observability.metrics import Metrics
from codeflash_api.observability.requests import RequestRecorder
from codeflash_api.resources import Resources
from codeflash_api.settings import Settings
from codeflash_api.usage.sweeper import sweeping
from codeflash_postgres.database import Database

FEATURES = (
    "optimization",
    "testgen",
    "testreview",
    "refinement",
    "repair",
    "adaptive",
    "ranking",
    "explanation",
    "review",
    "features",
    "workflow",
    "companion",
)
# Between our own deadline for a provider and the moment when a handler is given up.
GRACE_SECONDS = 10.0


def routers() -> tuple[APIRouter, ...]:
    """The routes of all features, in the order of ``FEATURES``."""
    return tuple(import_module(f"codeflash_api.{name}.endpoints").router for name in FEATURES)


def create_app(
    settings: Settings,
    *,
    database: Database | None = None,
    chains: Mapping[Feature, Chain] | None = None,
    prices: Prices | None = None,
    limits: BodyLimits | None = None,
) -> FastAPI:
    """Make the application.

    Args:
        settings: The settings.
        database: A database that the caller closes; by default the one of the settings, opened and closed here.
        chains: Who serves each feature; by default as the settings say.
        prices: What tokens cost; by default the table that comes with the service.
        limits: What is read of a request; by default the size of the settings.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            app.state.resources = await _resources(settings, database, chains, prices, stack)
            if settings.tracing:
                from codeflash_api.observability.tracing import stop_tracing

                stack.callback(stop_tracing, app)
            yield

    app = FastAPI(
        title="codeflash-api",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # Clients take a redirection for a failure, and it has no error to read.
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    app.state.metrics = Metrics()
    for router in routers():
        app.include_router(router)
    app.include_router(health.router)
    errors.install(app)
    _surround(app, settings, limits or BodyLimits(size=settings.body_bytes))
    app.openapi = lambda: document(app)  # type: ignore[method-assign]  # the framework's own way to replace it
    return app


def _surround(app: FastAPI, settings: Settings, limits: BodyLimits) -> None:
    """Put the middlewares around the routes, the innermost first."""
    app.add_middleware(CancelOnDisconnect, seconds=settings.request_seconds + GRACE_SECONDS)
    app.add_middleware(BodyGuard, limits=limits)
    app.add_middleware(LastDoor)
    app.add_middleware(Costs)
    app.add_middleware(RequestRecorder, metrics=app.state.metrics)
    app.add_middleware(RequestIds)
    if settings.tracing:
        from codeflash_api.observability.tracing import trace

        trace(app)


async def _resources(
    settings: Settings,
    database: Database | None,
    chains: Mapping[Feature, Chain] | None,
    prices: Prices | None,
    stack: contextlib.AsyncExitStack,
) -> Resources:
    if database is None:
        database = configured(settings)
        stack.push_async_callback(database.close)
    if chains is None:
        chains = build_chains(settings)
    stack.push_async_callback(_close, chains)
    await stack.enter_async_context(sweeping(database))
    return Resources(settings, database, chains, prices or load_prices())


async def _close(chains: Mapping[Feature, Chain]) -> None:
    """Close the connections of all models; features share them."""
    models = {id(model): model for chain in chains.values() for model in chain.models}
    for model in models.values():
        await model.close()
