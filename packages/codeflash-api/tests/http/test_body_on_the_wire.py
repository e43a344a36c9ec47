"""Bodies within limits, over sockets."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse

from codeflash_api.http.body import BodyGuard, BodyLimits
from codeflash_web.listening import bound, serve


def application() -> FastAPI:
    app = FastAPI()

    @app.post("/")
    async def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    app.add_middleware(BodyGuard, limits=BodyLimits(size=100_000, seconds=0.2))
    return app


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The port of a server that reads bodies within limits."""
    sockets = [bound("127.0.0.1", 0)]
    ready = asyncio.Event()
    work = asyncio.create_task(serve(application(), sockets, ready.set))
    await ready.wait()
    yield sockets[0].getsockname()[1]
    os.kill(os.getpid(), signal.SIGTERM)
    assert await work is True


async def talk(port: int, *pieces: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


async def test_a_slow_body_is_answered_with_408(port: int) -> None:
    assert (await talk(port, HEAD + b"Content-Length: 9\r\n\r\n{")).startswith(b"HTTP/1.1 408")


async def test_a_giant_gets_its_answer_before_it_is_sent_whole(port: int) -> None:
    answer = await talk(port, HEAD + b"Content-Length: 50000000\r\n\r\n", b"x" * 1_000)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'{"error":' in answer


async def test_a_chunked_giant_is_refused(port: int) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = await talk(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk, chunk)
    assert answer.startswith(b"HTTP/1.1 413")
