from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import codeflash_github_app.db.migrating as migrating
from codeflash_github_app.db.tables import metadata
from codeflash_postgres.database import Database, open_database
from codeflash_postgres.migrating import current


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    """A database of its own without tables."""
    outside = open_database(database_url)
    async with outside.single() as connection:
        await connection.execute(text("CREATE DATABASE empty_app"))
    opened = open_database(database_url.replace("/app?", "/empty_app?"))
    try:
        yield opened
    finally:
        await opened.close()
        async with outside.single() as connection:
            await connection.execute(text("DROP DATABASE empty_app WITH (FORCE)"))
        await outside.close()


async def names(database: Database) -> set[str]:
    async with database.begin() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_upgrading_makes_exactly_the_tables_that_the_code_knows(empty: Database) -> None:
    await migrating.upgrade(empty)
    assert await current(empty) == migrating.HEAD
    async with empty.begin() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True, "compare_server_default": True}),
                metadata,
            )
        )
    assert differences == []


async def test_going_down_leaves_nothing_and_up_again_works(empty: Database) -> None:
    await migrating.upgrade(empty)
    await migrating.downgrade(empty, "base")
    assert await names(empty) == {"alembic_version"}
    assert await current(empty) is None
    await migrating.upgrade(empty)
    assert set(metadata.tables) <= await names(empty)


async def test_servers_that_upgrade_at_once_do_not_disturb_each_other(
    empty: Database, database_url: str
) -> None:
    other = open_database(database_url.replace("/app?", "/empty_app?"))
    await asyncio.gather(migrating.upgrade(empty), migrating.upgrade(other))
    assert await current(other) == migrating.HEAD
    await other.close()


def test_the_newest_revision_is_the_one_that_servers_ask_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [migrating.HEAD]
