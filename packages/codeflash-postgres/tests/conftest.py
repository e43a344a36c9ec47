"""A database of this package's own in the Postgres of the test process, emptied after each test."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, Text, text

from codeflash_postgres.database import Database, open_database
from codeflash_postgres.embedded.server import EmbeddedPostgres

PLANS = Table(
    "plans",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("per_minute", Integer, CheckConstraint("per_minute > 0"), nullable=False),
)


@pytest.fixture(scope="session")
def database_url(embedded_postgres: EmbeddedPostgres) -> Iterator[str]:
    """Where the test database is."""
    asyncio.run(_run(embedded_postgres.url, "CREATE DATABASE generic"))
    url = embedded_postgres.url.replace("/postgres?", "/generic?")
    asyncio.run(_make(url))
    yield url
    asyncio.run(_run(embedded_postgres.url, "DROP DATABASE generic WITH (FORCE)"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database with an empty table."""
    opened = open_database(database_url)
    try:
        yield opened
    finally:
        async with opened.begin() as connection:
            await connection.execute(PLANS.delete())
        await opened.close()


@pytest.fixture
def unused_port() -> int:
    """A TCP port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def _run(url: str, statement: str) -> None:
    database = open_database(url)
    try:
        async with database.single() as connection:
            await connection.execute(text(statement))
    finally:
        await database.close()


async def _make(url: str) -> None:
    database = open_database(url)
    try:
        async with database.begin() as connection:
            await connection.run_sync(PLANS.metadata.create_all)
    finally:
        await database.close()
