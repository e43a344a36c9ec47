from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from codeflash_core.errors import UsageError
from codeflash_web import listening
from codeflash_web.listening import address_of, bound, serve


def application() -> Starlette:
    async def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    return Starlette(routes=[Route("/", echo, methods=["POST"])])


@pytest.fixture
async def ports(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[int]]:
    """Two ports of a server that gives clients a fifth of a second for the head of a request."""
    monkeypatch.setattr(listening, "HEADER_SECONDS", 0.2)
    sockets = [bound("127.0.0.1", 0), bound("127.0.0.1", 0)]
    ready = asyncio.Event()
    work = asyncio.create_task(serve(application(), sockets, ready.set))
    await ready.wait()
    yield [each.getsockname()[1] for each in sockets]
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


async def test_both_ports_answer(ports: list[int]) -> None:
    for port in ports:
        answer = await talk(port, HEAD + b"Content-Length: 2\r\n\r\n{}")
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"server:" not in answer


@pytest.mark.parametrize(
    "pieces",
    [[], [b"POST"], [b"POST / HTTP/1.1\r\nHost: x\r\n"]],
    ids=["nothing", "half a line", "half a head"],
)
async def test_a_client_that_does_not_finish_its_head_is_let_go(
    ports: list[int], pieces: list[bytes]
) -> None:
    assert await talk(ports[0], *pieces) == b""


async def test_a_second_request_has_to_be_finished_as_well(ports: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", ports[0])
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
    assert (await reader.readuntil(b"\r\n\r\n2")).startswith(b"HTTP/1.1 200")
    writer.write(b"POST / HT")
    assert await reader.read() == b""
    writer.close()


async def test_several_requests_on_one_connection_are_answered(ports: list[int]) -> None:
    first = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    answer = await talk(ports[0], first * 3 + HEAD + b"Content-Length: 3\r\n\r\n{ }")
    assert answer.count(b"HTTP/1.1 200") == 4


async def test_a_length_that_lies_is_a_bad_request(ports: list[int]) -> None:
    answer = await talk(ports[0], HEAD + b"Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}")
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.endswith(b'{"error": "Invalid HTTP request received."}')


async def test_a_lifespan_that_fails_is_no_service() -> None:
    @contextlib.asynccontextmanager
    async def broken(app: Starlette) -> AsyncIterator[None]:
        raise RuntimeError("odd")
        yield

    app = Starlette(lifespan=broken)
    assert await serve(app, [bound("127.0.0.1", 0)], lambda: None) is False


def test_a_port_in_use_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="can't listen on"):
            bound("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["x" * 300, "203.0.113.7"])
def test_an_address_that_is_not_ours_is_told(host: str) -> None:
    with pytest.raises(UsageError, match="can't listen on"):
        bound(host, 0)


def test_addresses_are_told_as_urls() -> None:
    with bound("127.0.0.1", 0) as made:
        assert address_of(made) == f"http://127.0.0.1:{made.getsockname()[1]}"
    if socket.has_ipv6:
        with bound("::1", 0) as made:
            assert address_of(made).startswith("http://[::1]:")
