"""Admission and settlement around an endpoint: auth, then rate limit, then usage."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Annotated

import anyio
import structlog
from fastapi import Depends, Request, Response

from codeflash_api.auth.keys import bearer
from codeflash_api.feature import Feature
from codeflash_api.llm.model import Deadline
from codeflash_api.resources import Resources, get_resources
from codeflash_api.usage import repository
from codeflash_api.usage.call import Call, Outcome
from codeflash_postgres.database import Database

_log = structlog.get_logger("codeflash_api")


def metered(
    feature: Feature,
) -> Callable[[Request, Response, Resources], AsyncIterator[Call]]:
    """A dependency that admits a call and settles it: use it with ``Depends(metered(...), scope="function")``.

    With that scope the row is committed before the answer is sent, and an answer whose row can't be settled is not sent.

    Args:
        feature: What is called.
    """

    async def call(
        request: Request, response: Response, resources: Annotated[Resources, Depends(get_resources)]
    ) -> AsyncIterator[Call]:
        began = time.perf_counter()
        admitted = await _admitted(request, response, resources, feature)
        outcome: Outcome = "failed"
        try:
            yield admitted
            outcome = "ok"
        except (asyncio.CancelledError, GeneratorExit):
            outcome = "cancelled"
            raise
        finally:
            await _settled(resources.database, admitted, outcome, time.perf_counter() - began)

    return call


async def _admitted(request: Request, response: Response, resources: Resources, feature: Feature) -> Call:
    request_id = getattr(request.state, "request_id", "") or uuid.uuid4().hex
    trace_id = await _trace_id(request)
    deadline = Deadline.within(resources.settings.request_seconds)
    wanted = repository.Request(bearer(request.headers.get("authorization")), feature, request_id, trace_id)
    admitted = await repository.admit(resources.database, wanted)
    response.headers.update(admitted.budget.headers)
    # Answers other than 200 are made elsewhere, and carry them too.
    request.state.budget = admitted.budget.headers
    call = Call(admitted.id, admitted.principal, feature, request_id, deadline, trace_id)
    request.state.call = call
    return call


async def _trace_id(request: Request) -> str:
    """The body's trace id; the body is parsed already, and parsed once."""
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        return ""
    first = body[0] if isinstance(body, list) and body else body
    found = first.get("trace_id") if isinstance(first, dict) else None
    return found if isinstance(found, str) else ""


async def _settled(database: Database, call: Call, outcome: Outcome, seconds: float) -> None:
    """Settle to the end, whoever cancels meanwhile; the cancellation is passed on afterwards."""
    work = asyncio.ensure_future(repository.settle(database, call, outcome, seconds))
    cancelled: asyncio.CancelledError | None = None
    with anyio.CancelScope(shield=True):
        while not work.done():
            try:
                await asyncio.wait((work,))
            except asyncio.CancelledError as interruption:
                cancelled = interruption
    problem = work.exception()
    if problem is not None:
        _log.warning("usage row left open", call=str(call.id), outcome=outcome)
    if cancelled is not None:
        raise cancelled
    # What the endpoint raised tells the client more than that its row stays open until the sweeper comes.
    if problem is not None and outcome == "ok":
        raise problem
