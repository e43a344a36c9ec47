"""OpenAI Responses, as far as coding agents use it: streamed text and function calls."""

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
    return "\n".join(part.get("text") or "" for part in content if isinstance(part, dict))


def _names(tools: list[Mapping[str, Any]]) -> Iterator[str]:
    for tool in tools:
        if tool.get("type") == "namespace":
            yield from (f"{tool['name']}.{inner['name']}" for inner in tool["tools"])
        else:
            yield str(tool.get("name") or tool.get("type"))


def understood(body: Mapping[str, Any]) -> Request:
    """Reduce the body of a request to what a script decides on."""
    items = body.get("input") or []
    items = [{"role": "user", "content": items}] if isinstance(items, str) else items
    last = items[-1] if items else {}
    written = [_text(item.get("content")) for item in items if item.get("role") in ("system", "developer")]
    system = "\n".join([str(body.get("instructions") or ""), *written])
    tools = tuple(_names(body.get("tools") or []))
    if not str(last.get("type")).endswith("call_output"):
        said = _text(last.get("content"))
        return Request(json.dumps([system[-2000:], len(items), said, bool(tools)]), system, tools, said)
    name = str(last["call_id"])
    answer = Answer(_text(last.get("output")))
    return Request(name, system, tools, "", int(name.rpartition("_")[2]), answer)


def _item(move: Move, number: int) -> dict[str, Any]:
    if isinstance(move, Call):
        space, _, name = move.tool.rpartition(".")
        called = {
            "type": "function_call",
            "id": f"fc_{number:06}",
            "call_id": f"call_{number:06}",
            "name": name,
            "arguments": json.dumps(dict(move.arguments)),
            "status": "completed",
        }
        return {**called, "namespace": space} if space else called
    text = {"type": "output_text", "text": move.text, "annotations": []}
    return {
        "type": "message",
        "id": f"msg_{number:06}",
        "role": "assistant",
        "status": "completed",
        "content": [text],
    }


def _events(item: dict[str, Any], number: int, model: str) -> Iterator[Event]:
    response: dict[str, Any] = {
        "id": f"resp_{number:06}",
        "object": "response",
        "model": model,
        "status": "in_progress",
        "output": [],
    }
    yield "response.created", {"type": "response.created", "response": response}
    added = {
        "type": "response.output_item.added",
        "output_index": 0,
        "item": {**item, "status": "in_progress"},
    }
    yield "response.output_item.added", added
    yield "response.output_item.done", {"type": "response.output_item.done", "output_index": 0, "item": item}
    usage = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 10,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 20,
    }
    completed = {**response, "status": "completed", "output": [item], "usage": usage}
    yield "response.completed", {"type": "response.completed", "response": completed}


@contextlib.contextmanager
def responses_server(model: Model) -> Iterator[str]:
    """Serve ``model``; yield the address that a provider's ``base_url`` takes."""

    def reply(path: str, body: Mapping[str, Any]) -> Reply:
        if path != "/v1/responses":
            return None
        move, number = model.move(understood(body))
        return _events(_item(move, number), number, str(body.get("model")))

    with serving(reply) as address:
        yield f"{address}/v1"
