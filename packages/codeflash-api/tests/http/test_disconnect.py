from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from codeflash_api.http.disconnect import CancelOnDisconnect


class Client:
    """Sends a body, and leaves when told to."""

    def __init__(self) -> None:
        self.left = asyncio.Event()
        self.answers: list[Message] = []
        self._body: list[Message] = [{"type": "http.request", "body": b"{}", "more_body": False}]

    async def receive(self) -> Message:
        if self._body:
            return self._body.pop()
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.answers.append(message)


def scope() -> dict[str, Any]:
    return {"type": "http", "method": "POST", "path": "/", "headers": []}


async def test_an_answer_in_time_is_sent() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["body"] == b"{}"
        await PlainTextResponse("done")(scope, receive, send)

    client = Client()
    await CancelOnDisconnect(app, 60)(scope(), client.receive, client.send)
    assert client.answers[1]["body"] == b"done"


async def test_work_for_a_client_that_left_is_cancelled_and_cleaned_up() -> None:
    client = Client()
    ended: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            client.left.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.sleep(0))
            ended.append("settled")
            raise

    about = scope()
    await CancelOnDisconnect(app, 60)(about, client.receive, client.send)
    assert ended == ["settled"]
    assert about["state"]["gone"] is True
    assert client.answers == []


async def test_the_application_may_ask_for_the_disconnection_itself() -> None:
    client = Client()
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((await receive())["type"])
        client.left.set()
        seen.append((await receive())["type"])
        await asyncio.Event().wait()

    await CancelOnDisconnect(app, 60)(scope(), client.receive, client.send)
    assert seen[0] == "http.request"


async def test_a_handler_that_never_answers_is_given_up() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    client = Client()
    await CancelOnDisconnect(app, 0.01)(scope(), client.receive, client.send)
    assert client.answers[0]["status"] == 504


async def test_what_follows_a_complete_answer_is_not_cancelled() -> None:
    client = Client()
    ended: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("done")(scope, receive, send)
        client.left.set()
        for _ in range(5):
            await asyncio.sleep(0)
        ended.append("whole")

    about = scope()
    await CancelOnDisconnect(app, 60)(about, client.receive, client.send)
    assert ended == ["whole"]
    assert "gone" not in about.get("state", {})


async def test_errors_of_the_application_are_passed_on() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise KeyError("odd")

    client = Client()
    with pytest.raises(KeyError):
        await CancelOnDisconnect(app, 60)(scope(), client.receive, client.send)


async def test_when_the_server_gives_up_the_work_is_cancelled() -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    client = Client()
    work = asyncio.create_task(
        CancelOnDisconnect(app, 60)(scope(), client.receive, client.send)  # type: ignore[arg-type]
    )
    await started.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert ended.is_set()


async def test_other_protocols_pass() -> None:
    seen: list[str] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    await CancelOnDisconnect(inner, 1)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    assert seen == ["lifespan"]
