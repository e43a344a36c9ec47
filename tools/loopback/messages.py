"""Anthropic Messages, as far as coding agents use it: streamed text and tool calls."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from loopback.script import Answer, Call, Model, Move, Request
from loopback.serving import Event, Reply, serving


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "\n".join(
        part["text"] for part in content if isinstance(part, dict) and part.get("type") == "text"
    )


def understood(body: Mapping[str, Any]) -> Request:
    """Reduce the body of a request to what a script decides on."""
    # Reminders of the agent may follow what a person or a tool said, in a role of their own.
    messages = [message for message in body.get("messages") or () if message["role"] == "user"]
    last = messages[-1]["content"] if messages else ""
    results = [part for part in last if part.get("type") == "tool_result"] if isinstance(last, list) else []
    system = _text(body.get("system"))
    tools = tuple(tool["name"] for tool in body.get("tools") or ())
    if not results:
        key = json.dumps([system[-2000:], len(messages), _text(last), bool(tools)])
        return Request(key, system, tools, _text(last))
    result = results[-1]
    name = result["tool_use_id"]
    answer = Answer(_text(result.get("content")), bool(result.get("is_error")))
    return Request(name, system, tools, _text(last), int(name.rpartition("_")[2]), answer)


def _message(move: Move, number: int, model: str) -> dict[str, Any]:
    if isinstance(move, Call):
        block = {
            "type": "tool_use",
            "id": f"toolu_{number:06}",
            "name": move.tool,
            "input": dict(move.arguments),
        }
        reason = "tool_use"
    else:
        block = {"type": "text", "text": move.text}
        reason = "end_turn"
    return {
        "id": f"msg_{number:06}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [block],
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 10},
    }


def _events(message: dict[str, Any]) -> Iterator[Event]:
    block = message["content"][0]
    yield (
        "message_start",
        {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}},
    )
    if block["type"] == "tool_use":
        start = {**block, "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    else:
        start = {"type": "text", "text": ""}
        delta = {"type": "text_delta", "text": block["text"]}
    yield "content_block_start", {"type": "content_block_start", "index": 0, "content_block": start}
    yield "content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta}
    yield "content_block_stop", {"type": "content_block_stop", "index": 0}
    ended = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield "message_delta", {"type": "message_delta", "delta": ended, "usage": {"output_tokens": 10}}
    yield "message_stop", {"type": "message_stop"}


@contextlib.contextmanager
def messages_server(model: Model) -> Iterator[str]:
    """Serve ``model``; yield the address that ``ANTHROPIC_BASE_URL`` takes."""

    def reply(path: str, body: Mapping[str, Any]) -> Reply:
        if path == "/v1/messages/count_tokens":
            return {"input_tokens": 10}
        if path != "/v1/messages":
            return None
        move, number = model.move(understood(body))
        message = _message(move, number, str(body.get("model")))
        return _events(message) if body.get("stream") else message

    with serving(reply) as address:
        yield address
