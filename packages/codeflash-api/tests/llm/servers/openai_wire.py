"""Chat completions as OpenAI and Azure OpenAI put them on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from wire import Asked, Line, Script, Server, status, streamed

KEY = "sk-loopback-0123456789"
USAGE = {
    "prompt_tokens": 120,
    "completion_tokens": 7,
    "total_tokens": 127,
    "prompt_tokens_details": {"cached_tokens": 100},
}


def openai_server() -> Server:
    """OpenAI, or a server that speaks its language, under ``/v1``."""

    def admit(asked: Asked) -> Script | None:
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return status(
                401, error("Incorrect API key provided: sk-wrong", "invalid_request_error", "invalid_api_key")
            )
        if (asked.method, asked.path) != ("POST", "/v1/chat/completions"):
            return status(404, error("Not found", "invalid_request_error", None))
        return None

    return Server(admit)


def azure_server(deployment: str, version: str, token: str = "") -> Server:
    """An Azure resource with one deployment."""

    def admit(asked: Asked) -> Script | None:
        known = (
            asked.headers.get("authorization") == f"Bearer {token}"
            if token
            else asked.headers.get("api-key") == KEY
        )
        if not known:
            return status(
                401, {"error": {"code": "401", "message": "Access denied due to invalid subscription key"}}
            )
        if parse_qs(urlsplit(asked.target).query).get("api-version") != [version]:
            return status(404, {"error": {"code": "404", "message": "Resource not found"}})
        if asked.path != f"/openai/deployments/{deployment}/chat/completions":
            return status(
                404, {"error": {"code": "DeploymentNotFound", "message": "The API deployment does not exist"}}
            )
        return None

    return Server(admit)


def error(message: str, kind: str, code: str | None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def says(text: str, *, reason: str = "stop", usage: dict[str, Any] | None = USAGE, **message: str) -> Script:
    """A whole answer, streamed or not, as the request wants it."""

    async def script(asked: Asked, line: Line) -> None:
        if asked.json.get("stream"):
            chunks = [
                *pieces(text, reason, **message),
                *([final(usage)] if usage else []),
                b"data: [DONE]\n\n",
            ]
            await streamed("text/event-stream; charset=utf-8", chunks)(asked, line)
        else:
            await line.answer(200, whole(text, reason, usage, **message))

    return script


def whole(text: str, reason: str, usage: dict[str, Any] | None, **message: str) -> dict[str, Any]:
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text, **message},
        "finish_reason": reason,
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": "gpt-4.1-2025-04-14",
        "choices": [choice],
        "usage": usage,
    }


def pieces(text: str, reason: str | None, **message: str) -> list[bytes]:
    """The chunks of a streamed text, a few characters each; Azure's opening chunk without choices stands first."""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": text[start : start + 4]} for start in range(0, len(text), 4)]
    deltas += [{name: value} for name, value in message.items()]
    choices: list[list[dict[str, Any]]] = [[]]
    choices += [[{"index": 0, "delta": delta, "finish_reason": None}] for delta in deltas]
    if reason:
        choices.append([{"index": 0, "delta": {}, "finish_reason": reason}])
    return [event(_chunk(each)) for each in choices]


def final(usage: dict[str, Any]) -> bytes:
    return event({**_chunk([]), "usage": usage})


def event(data: object) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


def _chunk(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_760_000_000,
        "model": "gpt-4.1-2025-04-14",
        "choices": choices,
    }


def cut(text: str, ending: str) -> Script:
    """Half a stream."""
    return streamed("text/event-stream", pieces(text, None), ending)


Saying = Callable[..., Script]
