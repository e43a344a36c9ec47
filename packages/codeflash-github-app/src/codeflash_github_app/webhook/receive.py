"""The endpoint: a delivery is proven, read, stored and answered; the work is done elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from codeflash_github_app.db import inbox
from codeflash_github_app.db.inbox import Delivery
from codeflash_github_app.events.fields import Payload, UnreadablePayload, found
from codeflash_github_app.events.own import Own
from codeflash_github_app.order_records import dumped
from codeflash_github_app.orders import Ignored
from codeflash_github_app.resources import Resources
from codeflash_github_app.webhook.body import Refused, check_form, payload_of, whole
from codeflash_github_app.webhook.router import action_of, routed
from codeflash_github_app.webhook.verify import is_signature, is_signed
from codeflash_postgres.errors import DatabaseAway

PATH = "/webhook"
PATIENCE_SECONDS = 5.0
"""How long a large body waits for room."""
router = APIRouter()
_log = structlog.get_logger("codeflash_github_app")
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_EVENT = re.compile(r"[a-z0-9_]{1,100}")


@router.post(PATH)
async def receive(request: Request) -> JSONResponse:
    """Take a delivery."""
    resources: Resources = request.app.state.resources
    try:
        return await _received(request, resources)
    except Refused as problem:
        return _answer(problem.status, problem.message)
    except DatabaseAway as problem:
        answer = _answer(503, "The database is away.")
        answer.headers["Retry-After"] = str(max(1, int(problem.retry_after)))
        return answer


async def _received(request: Request, resources: Resources) -> JSONResponse:
    secret = resources.settings.secret
    if not secret:
        raise Refused(404, "The webhook is disabled: no secret is configured.")
    headers = request.headers
    delivery, event = headers.get("x-github-delivery", ""), headers.get("x-github-event", "")
    if not _ID.fullmatch(delivery) or not _EVENT.fullmatch(event):
        raise Refused(400, "X-GitHub-Delivery or X-GitHub-Event is missing, or is none.")
    form = check_form(headers.get("content-type", ""), headers.get("content-encoding", ""))
    signatures = [each.encode("latin-1", "replace") for each in headers.getlist("x-hub-signature-256")]
    if len(signatures) != 1 or not is_signature(signatures[0]):
        raise Refused(401, "X-Hub-Signature-256 is missing, or is no signature.")
    async with contextlib.AsyncExitStack() as held:

        async def more() -> None:
            await _room(resources, held)

        body = await whole(request.stream(), headers.get("content-length", ""), more=more)
        if not is_signed(secret.encode("utf-8"), body, signatures[0]):
            raise Refused(401, "X-Hub-Signature-256 does not fit the body and the secret.")
        payload = payload_of(body, form=form)
        with structlog.contextvars.bound_contextvars(delivery=delivery, github_event=event):
            return await _stored(resources, delivery, event, payload)


async def _room(resources: Resources, held: contextlib.AsyncExitStack) -> None:
    """Wait until there is room for one more large body: anybody can send them, and small ones never wait for them."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await held.enter_async_context(resources.large)
    except TimeoutError:
        raise Refused(503, "Too many large bodies come at once.") from None


async def _stored(resources: Resources, delivery: str, event: str, payload: Payload) -> JSONResponse:
    own = Own(resources.settings.app, resources.settings.bot)
    try:
        order = routed(event, payload, own)
    except UnreadablePayload as problem:
        _log.warning("unreadable payload", problem=problem.message)
        raise Refused(400, f"{problem.message[:1].upper()}{problem.message[1:]}.") from None
    ignored = order.why if isinstance(order, Ignored) else ""
    row = Delivery(
        delivery,
        event,
        action_of(payload),
        _id(payload, "repository.id"),
        _id(payload, "installation.id"),
        {} if ignored else dumped(order),
    )
    if not await inbox.store(resources.database, row, ignored):
        return _answer(200, "This delivery is known.", outcome="known")
    if ignored:
        return _answer(202, f"Ignored: {ignored}.", outcome="ignored")
    # Should this fail, or the process end here, the sweep finds the delivery in the inbox.
    await resources.queue.deliver(delivery, row.repository_id or 0)
    return _answer(202, "Taken.", outcome="taken")


def _id(payload: Payload, path: str) -> int | None:
    value = found(payload, path)
    return value if type(value) is int and 0 < value < 2**63 else None


def _answer(status: int, message: str, **more: str) -> JSONResponse:
    name = "error" if status >= 400 else "message"
    body: Mapping[str, str] = {name: message, **more}
    # What is left of a body that was not read would be taken for the next request.
    return JSONResponse(
        body, status, headers={"Connection": "close"} if status in (401, 404, 408, 413, 415, 503) else None
    )
