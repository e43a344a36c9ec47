from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from codeflash_api.http.body import BodyGuard, BodyLimits
from codeflash_api.http.shape import ShapeLimits

LIMITS = BodyLimits(size=1000, seconds=0.05, shape=ShapeLimits(depth=4, values=20))


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    body = await request.body()
    await PlainTextResponse(f"{len(body)} {getattr(request.state, 'trace_id', None)}")(scope, receive, send)


@pytest.fixture
def client() -> httpx2.AsyncClient:
    app = BodyGuard(echo, LIMITS)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://service.test")


async def test_a_body_arrives_whole(client: httpx2.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x" * 100

    assert (await client.post("/", content=pieces())).text == "1000 "
    assert (await client.post("/", content=b'{"trace_id": "t-1"}')).text == "19 t-1"


async def test_requests_without_bodies_pass(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/")).text == "0 None"


async def test_an_announced_giant_is_refused_unread() -> None:
    async def receive() -> Message:
        raise AssertionError("nothing is read")

    answers = await answers_of(receive, headers=[(b"content-length", b"52428800")])
    assert answers[0]["status"] == 413
    assert (b"connection", b"close") in answers[0]["headers"]
    assert b"larger than 1000 bytes" in answers[1]["body"]


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"5")], [(b"content-length", b"five")]])
async def test_a_giant_is_refused_as_soon_as_it_is_one(headers: list[tuple[bytes, bytes]]) -> None:
    read = 0

    async def receive() -> Message:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 400, "more_body": True}

    assert (await answers_of(receive, headers))[0]["status"] == 413
    assert read == 3


async def test_a_slow_body_is_refused() -> None:
    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    assert (await answers_of(receive))[0]["status"] == 408


async def test_a_client_that_leaves_early_gets_nothing() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    assert await answers_of(receive) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"[[[[[1]]]]]", "nested deeper than 4"), (b"[" + b"1," * 30 + b"1]", "more than 20 values")],
)
async def test_odd_shapes_are_refused(client: httpx2.AsyncClient, body: bytes, said: str) -> None:
    answer = await client.post("/", content=body)
    assert answer.status_code == 422
    assert said in answer.json()["error"]


async def test_other_protocols_pass() -> None:
    seen: list[str] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    await BodyGuard(inner, LIMITS)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    assert seen == ["lifespan"]


async def answers_of(receive: Receive, headers: Any = ()) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
    await BodyGuard(echo, LIMITS)(scope, receive, send)
    return sent
