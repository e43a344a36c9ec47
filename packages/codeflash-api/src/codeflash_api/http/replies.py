"""Answers of the middlewares, which stand outside of the framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from codeflash_api.http.errors import BUDGET, error_response

State = dict[str, Any]


def state_of(scope: Scope) -> State:
    """What the middlewares and endpoints share about one request; endpoints see it as ``request.state``."""
    state: State = scope.setdefault("state", {})
    return state


async def reply(
    scope: Scope,
    receive: Receive,
    send: Send,
    message: str,
    status: int,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send an error answer, with the budget of a call that was admitted."""
    every = {**state_of(scope).get(BUDGET, {}), **(headers or {})}
    await error_response(message, status, every)(scope, receive, send)
