"""Writes one log line and one set of figures for each request."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from codeflash_api.http.replies import state_of
from codeflash_api.observability.metrics import Metrics, feature_of, outcome_of
from codeflash_api.usage.call import Call

_log = structlog.get_logger("codeflash_api")
_UNNOTED = frozenset(("/healthz", "/readyz", "/metrics"))


class RequestRecorder:
    """ASGI middleware: how each request ended, in the log and in the metrics.

    A metered call that stands in ``request.state.call`` adds what it spent.
    """

    def __init__(
        self, app: ASGIApp, metrics: Metrics, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["path"] in _UNNOTED:
            await self._app(scope, receive, send)
            return
        status: int | None = None

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = self._clock()
        self._metrics.begin()
        try:
            await self._app(scope, receive, noting)
        finally:
            self._record(scope, status, self._clock() - began)

    def _record(self, scope: Scope, status: int | None, seconds: float) -> None:
        state = state_of(scope)
        feature = feature_of(scope["path"])
        outcome = outcome_of(status, bool(state.get("gone")))
        self._metrics.end(feature, outcome, status, seconds)
        call = state.get("call")
        if isinstance(call, Call):
            self._metrics.spend(call)
        _log.info(
            "request",
            feature=feature,
            method=scope["method"],
            outcome=outcome,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            **({"trace_id": state["trace_id"]} if state.get("trace_id") else {}),
        )
