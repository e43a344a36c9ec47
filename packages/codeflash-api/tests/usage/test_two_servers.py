from __future__ import annotations

import asyncio
import collections
import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import httpx2
import pytest
from attrs import define
from sqlalchemy import func, select

from codeflash_api.auth.keys import digest
from codeflash_api.auth.repository import NewKey, create_key
from codeflash_api.db.tables import api_keys, buckets, usage
from codeflash_api.usage.servers import sweep
from codeflash_postgres.database import Database

RANK = {"trace_id": "t", "diffs": ["a", "b"], "speedups": [1.5, 2.5], "optimization_ids": ["x", "y"]}
EXPLAIN = {
    "trace_id": "t",
    "source_code": "# file: a.py\ndef f(): return 1\n",
    "optimized_code": "# file: a.py\ndef f(): return 2\n",
    "original_code_runtime": "2 milliseconds",
    "optimized_code_runtime": "1 milliseconds",
    "speedup": "100%",
    "original_explanation": "Less work.",
}
CLIENTS = 200
CALLS_EACH = 3
HELD = 6


@define
class Server:
    """A running ``codeflash-api serve`` and where it listens."""

    process: subprocess.Popen[str]
    port: int


@pytest.fixture
async def silent_vendor() -> AsyncIterator[str]:
    """The address of a vendor that takes every question and never answers."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            pass
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    server.close()


@pytest.fixture
def two_servers(
    database: Database, database_url: str, silent_vendor: str, tmp_path: Path
) -> Iterator[tuple[Server, Server]]:
    """The command, twice, on one database. Ranks come from rules, explanations from a vendor."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CODEFLASH_API_")}
    environment = {
        **inherited,
        "DATABASE_URL": database_url,
        # Many clients on a slow machine wait long for one of ten connections.
        "CODEFLASH_API_DATABASE_SECONDS": "120",
        "CODEFLASH_API_PROVIDERS_EXPLAIN": "openai",
        "CODEFLASH_API_OPENAI_BASE_URL": silent_vendor,
        "CODEFLASH_API_OPENAI_MODEL": "silent",
        "NO_PROXY": "127.0.0.1",
    }
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(serving(tmp_path / str(n), environment)) for n in range(2)]
        yield listening(processes[0]), listening(processes[1])


@contextlib.contextmanager
def serving(data: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The command; it is killed at the end, if it still runs."""
    words = ["serve", "--port=0", "--no-companion-port", f"--data={data}"]
    command = [sys.executable, "-m", "codeflash_api", *words]
    log = data.with_suffix(".log")
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def listening(process: subprocess.Popen[str]) -> Server:
    """The server, once it listens."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.match(r"listening on http://127\.0\.0\.1:(\d+)", line):
            return Server(process, int(found[1]))
    raise AssertionError("the service did not start")


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


async def call(client: httpx2.AsyncClient, port: int, path: str, body: Mapping[str, object]) -> str:
    try:
        answer = await client.post(f"http://127.0.0.1:{port}{path}", json=body)
    except httpx2.TransportError:
        return "gone"
    return str(answer.status_code)


async def open_rows(database: Database, wanted: int) -> None:
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
        timeout=None,
        trust_env=False,
    ) as client:
        for server in two_servers:
            await client.get(f"http://127.0.0.1:{server.port}/healthz")
        held = [asyncio.create_task(call(client, dying.port, "/ai/explain", EXPLAIN)) for _ in range(HELD)]
        await open_rows(database, HELD)

        async def one(index: int) -> None:
            for _ in range(CALLS_EACH):
                answers[await call(client, (living, dying)[index % 2].port, "/ai/rank", RANK)] += 1
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
