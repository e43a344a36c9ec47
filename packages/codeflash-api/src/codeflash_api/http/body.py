"""Reads request bodies within limits of size, time and shape."""

from __future__ import annotations

import asyncio

import structlog
from attrs import field, frozen
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from codeflash_api.http.replies import reply, state_of
from codeflash_api.http.shape import ShapeLimits, objection, trace_id_of

_BODYLESS = frozenset(("GET", "HEAD", "OPTIONS"))


@frozen
class BodyLimits:
    """What is read of a request.

    Attributes:
        size: Most bytes.
        seconds: Longest time until the last byte is there.
        shape: Limits of the JSON in it.
    """

    size: int = 8 * 1024 * 1024
    seconds: float = 30.0
    shape: ShapeLimits = field(factory=ShapeLimits)


class _TooLarge(Exception):
    pass


class _Gone(Exception):
    pass


class BodyGuard:
    """ASGI middleware: the application sees whole, bounded bodies only.

    A body that is announced or turns out to be too large is refused with 413 without reading on, one that
    comes too slowly with 408, JSON that is too deep or has too many values with 422.
    """

    def __init__(self, app: ASGIApp, limits: BodyLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] in _BODYLESS:
            await self._app(scope, receive, send)
            return
        limits = self._limits
        closing = {"Connection": "close"}
        try:
            if _announced(scope) > limits.size:
                raise _TooLarge
            async with asyncio.timeout(limits.seconds):
                body = await _read(receive, limits.size)
        except _TooLarge:
            message = f"The request is larger than {limits.size} bytes."
            await reply(scope, receive, send, message, 413, closing)
            return
        except TimeoutError:
            message = f"The request's body did not arrive within {limits.seconds:g} seconds."
            await reply(scope, receive, send, message, 408, closing)
            return
        except _Gone:
            return
        problem = objection(body, limits.shape)
        if problem:
            await reply(scope, receive, send, problem, 422)
            return
        trace_id = trace_id_of(body)
        state_of(scope)["trace_id"] = trace_id
        with structlog.contextvars.bound_contextvars(**({"trace_id": trace_id} if trace_id else {})):
            await self._app(scope, _replayed(body, receive), send)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name.lower() == b"content-length":
            try:
                return int(value)
            except ValueError:
                return 0
    return 0


async def _read(receive: Receive, size: int) -> bytes:
    pieces: list[bytes] = []
    total = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        piece = message.get("body", b"")
        total += len(piece)
        if total > size:
            raise _TooLarge
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again
