from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

import codeflash_api.usage.sweeper as sweeper
from codeflash_api.db.tables import servers, usage
from codeflash_api.feature import Feature
from codeflash_api.usage.repository import Request, admit
from codeflash_api.usage.sweeper import sweeping
from codeflash_postgres.database import Database, open_database


async def alive(database: Database) -> int:
    async with database.single() as connection:
        return int(await connection.scalar(select(func.count()).select_from(servers)) or 0)


async def test_a_server_is_seen_while_it_runs_and_gone_afterwards(database: Database) -> None:
    async with sweeping(database):
        assert await alive(database) == 1
    assert await alive(database) == 0


async def test_what_others_left_is_closed_while_it_runs(
    database: Database, database_url: str, api_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = open_database(database_url)
    await admit(dead, Request(api_key, Feature.RANK, "r"))
    await dead.close()
    closed = asyncio.Event()
    real = sweeper.sweep

    async def sweep(*arguments: Any) -> int:
        count = await real(*arguments)
        if count:
            closed.set()
        return count

    monkeypatch.setattr(sweeper, "sweep", sweep)
    with capture_logs() as lines:
        async with sweeping(database, lease=0.03):
            await asyncio.wait_for(closed.wait(), 10)
    assert {"event": "usage rows of unknown outcome", "count": 1, "log_level": "warning"} in lines
    async with database.single() as connection:
        assert await connection.scalar(select(usage.c.outcome)) == "unknown"


async def test_without_a_database_it_keeps_trying(unused_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    away = open_database(f"postgresql://127.0.0.1:{unused_port}/x", patience=1)
    tries = 0
    third = asyncio.Event()
    real = sweeper.beat

    async def beat(database: Database) -> None:
        nonlocal tries
        tries += 1
        if tries == 3:
            third.set()
        await real(database)

    monkeypatch.setattr(sweeper, "beat", beat)
    with capture_logs() as lines:
        async with sweeping(away, lease=0.03):
            await asyncio.wait_for(third.wait(), 10)
    assert {line["event"] for line in lines} == {"sweeping failed"}
    await away.close()


async def test_an_error_inside_ends_it_too(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with sweeping(database):
            raise ZeroDivisionError
    assert await alive(database) == 0
