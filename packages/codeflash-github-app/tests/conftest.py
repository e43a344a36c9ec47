"""The app on a database of its own in the Postgres of the test process, whose tables are emptied after each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import text

from codeflash_github_app.db.migrating import upgrade
from codeflash_github_app.db.tables import metadata
from codeflash_postgres.database import Database, open_database
from codeflash_postgres.embedded.server import EmbeddedPostgres


@pytest.fixture(scope="session")
def database_url(embedded_postgres: EmbeddedPostgres) -> Iterator[str]:
    """Where the app's database is, with all migrations. Use ``database`` as well: it empties the tables afterwards."""
    asyncio.run(_run(embedded_postgres.url, "CREATE DATABASE app"))
    url = embedded_postgres.url.replace("/postgres?", "/app?")
    asyncio.run(_migrate(url))
    yield url
    asyncio.run(_run(embedded_postgres.url, "DROP DATABASE app WITH (FORCE)"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database with empty tables."""
    opened = open_database(database_url)
    try:
        yield opened
    finally:
        async with opened.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                await connection.execute(table.delete())
            await connection.execute(
                text("TRUNCATE queue.procrastinate_jobs, queue.procrastinate_workers CASCADE")
            )
        await opened.close()


async def _run(url: str, statement: str) -> None:
    database = open_database(url)
    try:
        async with database.single() as connection:
            await connection.execute(text(statement))
    finally:
        await database.close()


async def _migrate(url: str) -> None:
    database = open_database(url)
    try:
        await upgrade(database)
    finally:
        await database.close()
