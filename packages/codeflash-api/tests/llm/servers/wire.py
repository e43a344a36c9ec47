"""A small HTTP/1.1 server on loopback whose answers are scripted, down to broken connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from attrs import define, field, frozen

from codeflash_api.llm.model import TimedOut


@frozen
class Asked:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Line:
    """The connection to one client while a request is answered."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, server: Server) -> None:
        self._reader, self._writer, self._server = reader, writer, server

    async def answer(self, status: int, body: object, **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"content-type": "application/json", "content-length": str(len(content))}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        self._head(status, given)
        self._writer.write(content)
        await self._writer.drain()

    async def begin(self, content_type: str) -> None:
        self._head(200, {"content-type": content_type, "transfer-encoding": "chunked"})
        await self._writer.drain()

    async def send(self, chunk: bytes) -> None:
        self._writer.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        await self._writer.drain()

    async def end(self) -> None:
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def wait_until_the_client_leaves(self) -> None:
        self._server.waiting.set()
        while await self._reader.read(1024):
            pass
        self._server.left.set()

    def gone(self) -> None:
        self._server.left.set()

    def reset(self) -> None:
        self._writer.transport.abort()

    def _head(self, status: int, headers: dict[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())


Script = Callable[[Asked, Line], Awaitable[None]]


@define
class Server:
    """A vendor.

    Attributes:
        admit: What is wrong with a request, as a script, or None when it may be answered.
        scripts: Answers to the next requests; the last one stays.
    """

    admit: Callable[[Asked], Script | None]
    scripts: list[Script] = field(factory=list)
    asked: list[Asked] = field(factory=list)
    waiting: asyncio.Event = field(factory=asyncio.Event)
    left: asyncio.Event = field(factory=asyncio.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def then(self, *scripts: Script) -> None:
        self.scripts[:] = scripts

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await _read(reader)) is not None:
                self.asked.append(asked)
                script = self.admit(asked)
                if script is None:
                    script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
                await script(asked, Line(reader, writer, self))
        except (ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    first = await reader.readline()
    if not first:
        return None
    method, target, _ = first.decode().split(" ", 2)
    headers: dict[str, str] = {}
    while line := (await reader.readline()).decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)


@asynccontextmanager
async def listening(server: Server) -> AsyncIterator[Server]:
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await asyncio.sleep(0)


async def asked_in_vain(server: Server, ask: Callable[[float], Awaitable[object]]) -> None:
    """Ask with longer and longer deadlines until one is so long that the question comes to the server.

    How long that takes depends on the machine.
    """
    for seconds in (0.3, 3.0, 30.0):
        with pytest.raises(TimedOut, match="no answer"):
            await ask(seconds)
        if server.asked:
            break
    await server.left.wait()


def status(code: int, body: object, **headers: str) -> Script:
    """Answers with a status and a body."""

    async def script(asked: Asked, line: Line) -> None:
        await line.answer(code, body, **headers)

    return script


async def silence(asked: Asked, line: Line) -> None:
    """Never answers."""
    await line.wait_until_the_client_leaves()


async def hang_up(asked: Asked, line: Line) -> None:
    """Breaks the connection instead of answering."""
    line.reset()


def streamed(content_type: str, chunks: list[bytes], ending: str = "end") -> Script:
    """Streams chunks, then ends, hangs or breaks."""

    async def script(asked: Asked, line: Line) -> None:
        await line.begin(content_type)
        for chunk in chunks:
            await line.send(chunk)
        if ending == "end":
            await line.end()
        elif ending == "hang":
            await line.wait_until_the_client_leaves()
        else:
            line.reset()

    return script


def flooded(content_type: str, chunk: bytes) -> Script:
    """Streams the same chunk for as long as the client listens."""

    async def script(asked: Asked, line: Line) -> None:
        await line.begin(content_type)
        try:
            while True:
                await line.send(chunk)
                await asyncio.sleep(0)
        except ConnectionError:
            line.gone()

    return script
