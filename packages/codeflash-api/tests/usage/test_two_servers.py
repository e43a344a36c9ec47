from __future__ import annotations

import asyncio
import collections
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from attrs import define
from sqlalchemy import func, select

from codeflash_api.auth.keys import digest
from codeflash_api.auth.repository import NewKey, create_key
from codeflash_api.db.engine import Database
from codeflash_api.db.tables import api_keys, buckets, usage
from codeflash_api.usage.servers import sweep

CLIENTS = 200
CALLS_EACH = 3
HELD = 6


@define
class Server:
    """A server process and where it listens."""

    process: subprocess.Popen[bytes]
    port: int


@pytest.fixture
def two_servers(database_url: str, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    """Two processes on one database."""
    started = []
    try:
        for _ in range(2):
            with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
                arguments = [database_url, str(listener.fileno()), str(tmp_path)]
                process = subprocess.Popen(
                    [sys.executable, str(Path(__file__).with_name("holding_server.py")), *arguments],
                    pass_fds=[listener.fileno()],
                )
                started.append(Server(process, listener.getsockname()[1]))
        yield started[0], started[1]
    finally:
        for server in started:
            server.process.kill()
            server.process.wait()


async def count(database: Database, *outcomes: str) -> int:
    statement = select(func.count()).select_from(usage)
    if outcomes:
        statement = statement.where(usage.c.outcome.in_(outcomes))
    async with database.single() as connection:
        return int(await connection.scalar(statement) or 0)


async def calls_taken(database: Database, secret: str) -> int:
    """What the key's bucket has let pass, by its own count."""
    statement = select(buckets.c.calls).join(api_keys, api_keys.c.id == buckets.c.owner_id)
    async with database.single() as connection:
        return int(await connection.scalar(statement.where(api_keys.c.hash == digest(secret))) or 0)


async def call(client: httpx2.AsyncClient, port: int, hold: bool = False) -> str:
    try:
        answer = await client.post(f"http://127.0.0.1:{port}/ai/hold", json={"hold": hold})
    except httpx2.TransportError:
        return "gone"
    return str(answer.status_code)


async def open_rows(database: Database, wanted: int) -> None:
    async with asyncio.timeout(60):
        while await count(database, "started") < wanted:
            pass


@pytest.mark.slow
async def test_two_servers_share_a_limit_and_lose_no_call_when_one_is_killed(
    database: Database, two_servers: tuple[Server, Server]
) -> None:
    secret = await create_key(database, NewKey(per_minute=60))
    living, dying = two_servers
    answers: collections.Counter[str] = collections.Counter()
    began = time.monotonic()
    async with httpx2.AsyncClient(
        headers={"Authorization": f"Bearer {secret}"},
        limits=httpx2.Limits(max_connections=CLIENTS + HELD),
        timeout=120,
    ) as client:
        for server in two_servers:
            await client.get(f"http://127.0.0.1:{server.port}/healthz")
        held = [asyncio.create_task(call(client, dying.port, hold=True)) for _ in range(HELD)]
        await open_rows(database, HELD)

        async def one(index: int) -> None:
            for _ in range(CALLS_EACH):
                answers[await call(client, (living, dying)[index % 2].port)] += 1
                if answers.total() == CLIENTS // 2:
                    dying.process.kill()

        await asyncio.gather(*(one(index) for index in range(CLIENTS)))
        answers.update(await asyncio.gather(*held))
    elapsed = time.monotonic() - began

    assert set(answers) == {"200", "429", "gone"}
    assert answers["gone"] >= HELD
    admitted = await count(database)
    # The bucket was emptied, and gave no more than it held and what has flowed in.
    assert 60 <= admitted <= 60 + elapsed
    assert await calls_taken(database, secret) == admitted
    assert answers["200"] <= await count(database, "ok")
    # The lease of a killed server ends at once here: nobody else has open rows.
    await sweep(database, lease=0)
    assert await count(database, "started") == 0
    assert await count(database, "unknown") >= HELD
    assert await count(database, "ok", "failed", "cancelled", "unknown") == admitted
