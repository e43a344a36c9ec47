from __future__ import annotations

from typing import Any

import httpx2
import pytest
import structlog
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from codeflash_api.http.door import LastDoor
from codeflash_api.http.request_ids import RequestIds


def client(app: Any) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=RequestIds(LastDoor(app))), base_url="http://service.test"
    )


async def test_a_bug_is_a_500_without_details_and_a_log_line_with_places() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("def secret_source(): cf-0123456789abcdef")

    with structlog.testing.capture_logs() as lines:
        answer = await client(app).post("/")
    assert answer.status_code == 500
    request_id = answer.headers["X-Request-Id"]
    assert answer.json() == {"error": f"An internal error happened; the request id is {request_id}."}
    (line,) = lines
    assert line["error"] == "RuntimeError"
    assert any("test_door.py" in place for place in line["places"])
    assert "secret" not in str(line)


async def test_a_broken_off_answer_ends_the_connection() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("late")

    with structlog.testing.capture_logs(), pytest.raises(ConnectionAbortedError):
        await client(app).post("/")


async def test_every_request_has_an_id_of_its_own() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(structlog.contextvars.get_contextvars()["request_id"])
        seen.append(scope["state"]["request_id"])
        await PlainTextResponse("")(scope, receive, send)

    first, second = [(await client(app).get("/")).headers["X-Request-Id"] for _ in range(2)]
    assert first != second
    assert seen == [first, first, second, second]
    assert "request_id" not in structlog.contextvars.get_contextvars()


async def test_other_protocols_pass() -> None:
    seen: list[str] = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    await RequestIds(LastDoor(inner))({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    assert seen == ["lifespan"]
