from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import ProgrammingError

from codeflash_postgres.database import Database, open_database
from codeflash_postgres.migrating import Migrations, current, downgrade, upgrade

ENVIRONMENT = """
from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
"""
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{name}"
down_revision = {before!r}


def upgrade():
    op.create_table("table_{name}", sa.Column("x", sa.Integer()))
    op.create_table("other_{name}", sa.Column("x", sa.Integer()))


def downgrade():
    op.drop_table("other_{name}")
    op.drop_table("table_{name}")
"""
FIRST = {"table_0001", "other_0001"}
SECOND = {"table_0002", "other_0002"}


@pytest.fixture
def migrations(tmp_path: Path) -> Migrations:
    """Two revisions, in a folder whose name is special to the configuration's format."""
    folder = tmp_path / "100 %(here)s"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENVIRONMENT)
    for name, before in (("0001", None), ("0002", "0001")):
        (folder / f"versions/r{name}.py").write_text(REVISION.format(name=name, before=before))
    return Migrations(folder, "0002", 7)


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    """A database of its own without tables."""
    outside = open_database(database_url)
    async with outside.single() as connection:
        await connection.execute(text("CREATE DATABASE migrated"))
    opened = open_database(database_url.replace("/generic?", "/migrated?"))
    try:
        yield opened
    finally:
        await opened.close()
        async with outside.single() as connection:
            await connection.execute(text("DROP DATABASE migrated WITH (FORCE)"))
        await outside.close()


async def names(database: Database) -> set[str]:
    async with database.begin() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_an_empty_database_has_no_revision(empty: Database) -> None:
    assert await current(empty) is None


async def test_all_that_is_missing_is_applied_in_order(empty: Database, migrations: Migrations) -> None:
    await upgrade(empty, migrations, "0001")
    assert await names(empty) == {"alembic_version"} | FIRST
    await upgrade(empty, migrations)
    assert await names(empty) == {"alembic_version"} | FIRST | SECOND
    assert await current(empty) == "0002"


async def test_going_down_leaves_nothing_and_up_again_works(empty: Database, migrations: Migrations) -> None:
    await upgrade(empty, migrations)
    await downgrade(empty, migrations, "base")
    assert await names(empty) == {"alembic_version"}
    assert await current(empty) is None
    await upgrade(empty, migrations)
    assert await names(empty) >= FIRST | SECOND


async def test_upgrading_twice_changes_nothing(empty: Database, migrations: Migrations) -> None:
    for revision in ("head", "head", "0002"):
        await upgrade(empty, migrations, revision)
        assert await current(empty) == "0002"


async def test_programs_that_upgrade_at_once_do_not_disturb_each_other(
    empty: Database, database_url: str, migrations: Migrations
) -> None:
    other = open_database(database_url.replace("/generic?", "/migrated?"))
    await asyncio.gather(upgrade(empty, migrations), upgrade(other, migrations))
    assert await current(other) == "0002"
    await other.close()


async def test_a_revision_that_fails_leaves_the_database_as_it_was(
    empty: Database, migrations: Migrations
) -> None:
    async with empty.begin() as connection:
        # In the way of the last table that a revision makes.
        await connection.execute(text("CREATE TABLE other_0002 (x int)"))
    with pytest.raises(ProgrammingError):
        await upgrade(empty, migrations)
    assert await names(empty) == {"other_0002"}


async def test_other_errors_than_a_missing_table_are_passed_on(empty: Database) -> None:
    async with empty.begin() as connection:
        await connection.execute(text("CREATE TABLE alembic_version (something_else int)"))
    with pytest.raises(ProgrammingError):
        await current(empty)
