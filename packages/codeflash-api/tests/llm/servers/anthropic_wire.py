"""Messages as Anthropic puts them on the wire."""

from __future__ import annotations

import json
from typing import Any

from wire import Asked, Line, Script, Server, status, streamed

KEY = "sk-ant-loopback-0123456789"
USAGE = {
    "input_tokens": 20,
    "cache_read_input_tokens": 100,
    "cache_creation_input_tokens": 5,
    "output_tokens": 7,
}
SSE = "text/event-stream; charset=utf-8"


def anthropic_server() -> Server:
    def admit(asked: Asked) -> Script | None:
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return status(401, error("authentication_error", "invalid bearer token"))
        version = asked.headers.get("anthropic-version")
        if version not in ("2023-06-01", "2026-10-21"):
            return status(400, error("invalid_request_error", "anthropic-version: header is required"))
        if (asked.method, asked.path) != ("POST", "/v1/messages"):
            return status(404, error("not_found_error", "Not found"))
        if version == "2026-10-21" and "temperature" in asked.json:
            return status(400, error("invalid_request_error", "temperature: Extra inputs are not permitted"))
        return None

    return Server(admit)


def error(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}


def says(text: str, *, reason: str = "end_turn", usage: dict[str, Any] = USAGE) -> Script:
    """A whole answer, streamed or not, as the request wants it."""

    async def script(asked: Asked, line: Line) -> None:
        if asked.json.get("stream"):
            await streamed(SSE, [sse(event) for event in events(text, reason, usage)])(asked, line)
        else:
            await line.answer(200, whole(text, reason, usage))

    return script


def whole(text: str, reason: str, usage: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5-20250929",
        "content": [{"type": "text", "text": text}] if text else [],
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": usage,
    }


def events(text: str, reason: str, usage: dict[str, Any]) -> list[dict[str, Any]]:
    start = {**whole("", reason, {**usage, "output_tokens": 1}), "content": [], "stop_reason": None}
    deltas = [
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": text[at : at + 4]},
        }
        for at in range(0, len(text), 4)
    ]
    return [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        *deltas,
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": reason, "stop_sequence": None},
            "usage": {"output_tokens": usage["output_tokens"]},
        },
        {"type": "message_stop"},
    ]


def sse(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def cut(text: str, ending: str) -> Script:
    """A stream without its last two events."""
    return streamed(SSE, [sse(event) for event in events(text, "end_turn", USAGE)[:-2]], ending)
