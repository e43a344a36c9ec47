"""A GitHub app on the loopback device, and a service that is configured to use it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from attrs import evolve

from codeflash_api.app import create_app
from codeflash_api.settings import Settings
from codeflash_postgres.database import Database


class FakeApp:
    """Answers every request with what it is told to.

    Attributes:
        status: Of the answers.
        body: Of the answers.
        asked: Requests that came: method, path, headers and JSON.
        url: Where it listens.
    """

    def __init__(self) -> None:
        self.status = 200
        self.body: bytes = b"{}"
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked.append((method, path, headers, json.loads(content) if content else None))
        writer.write(
            f"HTTP/1.1 {self.status} Odd\r\nContent-Length: {len(self.body)}\r\nConnection: close\r\n\r\n".encode()
            + self.body
        )
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def github() -> AsyncIterator[FakeApp]:
    """The GitHub app."""
    fake = FakeApp()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.url = "http://{}:{}".format(*server.sockets[0].getsockname())
    async with server:
        yield fake


@pytest.fixture
async def client(
    settings: Settings, database: Database, api_key: str, github: FakeApp
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a service that knows the GitHub app."""
    known = evolve(settings, github_app_url=f"{github.url}/", github_app_key="app-key")
    app = create_app(known, database=database)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False),
            base_url="http://service.test/cfapi",
            headers={"Authorization": f"Bearer {api_key}"},
        ) as made,
    ):
        yield made
