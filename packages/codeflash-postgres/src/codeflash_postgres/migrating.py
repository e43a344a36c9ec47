"""Brings a database's tables to the form that a program knows."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen
from sqlalchemy import Connection, column, func, select, table, text
from sqlalchemy.exc import ProgrammingError

from codeflash_postgres.database import Database

_versions = table("alembic_version", column("version_num"))


@frozen
class Migrations:
    """The revisions of one program.

    Attributes:
        folder: Alembic's folder of them, with ``env.py``.
        head: The newest revision: what a running program needs.
        lock: Any number that is always the same and nobody else's: who migrates holds it.
    """

    folder: Path
    head: str
    lock: int


async def upgrade(database: Database, migrations: Migrations, revision: str = "head") -> None:
    """Apply what is missing up to a revision; several programs may do so at once.

    Args:
        database: The database.
        migrations: The revisions.
        revision: Where to stop.

    Raises:
        DatabaseAway: The database is away.
    """
    if revision == "head" and await current(database) == migrations.head:
        return
    await _run(database, migrations, "upgrade", revision)


async def downgrade(database: Database, migrations: Migrations, revision: str) -> None:
    """Undo revisions.

    Args:
        database: The database.
        migrations: The revisions.
        revision: The one to return to; ``base`` undoes everything.

    Raises:
        DatabaseAway: The database is away.
    """
    await _run(database, migrations, "downgrade", revision)


async def current(database: Database) -> str | None:
    """The revision that a database is at, or None for an empty one.

    Args:
        database: The database.

    Raises:
        DatabaseAway: The database is away.
    """
    async with database.single() as connection:
        try:
            found = await connection.scalar(select(_versions.c.version_num))
        except ProgrammingError as problem:
            if getattr(problem.orig, "sqlstate", None) == "42P01":
                return None
            raise
    return None if found is None else str(found)


async def _run(database: Database, migrations: Migrations, direction: str, revision: str) -> None:
    async with database.begin() as connection:
        # Waiting for another program and building an index on a large table both take their time.
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text("SET LOCAL lock_timeout = 0"))
        await connection.execute(select(func.pg_advisory_xact_lock(migrations.lock)))
        await connection.run_sync(_alembic, migrations.folder, direction, revision)


def _alembic(connection: Connection, folder: Path, direction: str, revision: str) -> None:
    # A program whose database is up to date starts without it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    getattr(command, direction)(config, revision)
