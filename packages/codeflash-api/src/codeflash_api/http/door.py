"""The last door: what nobody expected becomes a plain 500, and a log line that tells where, never what with."""

from __future__ import annotations

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from codeflash_api.http.replies import reply, state_of
from codeflash_web.tracebacks import places

_log = structlog.get_logger("codeflash_api")


class LastDoor:
    """ASGI middleware: no exception passes it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as problem:  # noqa: BLE001 - the one door
            # Messages of exceptions may quote source code or credentials: only their types and places are kept.
            _log.error("unexpected_error", error=type(problem).__name__, places=places(problem))
            if started:
                raise ConnectionAbortedError("the answer broke off") from None
            request_id = state_of(scope).get("request_id", "unknown")
            message = f"An internal error happened; the request id is {request_id}."
            await reply(scope, receive, send, message, 500)
