"""Brings the database's tables to the form that this version of the service knows."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, func, select, table, text
from sqlalchemy.exc import ProgrammingError

from codeflash_api.db.engine import Database

# The newest revision: what a running service needs. A test holds it against the files.
HEAD = "0001"
_LOCK = 0x636F6465666C6173  # any number that is always the same: "codeflas"
_versions = table("alembic_version", column("version_num"))


async def upgrade(database: Database, revision: str = "head") -> None:
    """Apply what is missing up to a revision; several servers may do so at once.

    Args:
        database: The database.
        revision: Where to stop.
    """
    if revision == "head" and await current(database) == HEAD:
        return
    await _run(database, "upgrade", revision)


async def downgrade(database: Database, revision: str) -> None:
    """Undo revisions.

    Args:
        database: The database.
        revision: The one to return to; ``base`` undoes everything.
    """
    await _run(database, "downgrade", revision)


async def current(database: Database) -> str | None:
    """The revision that the database is at, or None for an empty one.

    Raises:
        ApiError: 503 when the database is away.
    """
    async with database.single() as connection:
        try:
            found = await connection.scalar(select(_versions.c.version_num))
        except ProgrammingError as problem:
            if getattr(problem.orig, "sqlstate", None) == "42P01":
                return None
            raise
    return None if found is None else str(found)


async def _run(database: Database, direction: str, revision: str) -> None:
    async with database.begin() as connection:
        # Waiting for another server and building an index on a large table both take their time.
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text("SET LOCAL lock_timeout = 0"))
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        await connection.run_sync(_alembic, direction, revision)


def _alembic(connection: Connection, direction: str, revision: str) -> None:
    # A server whose database is up to date starts without it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    getattr(command, direction)(config, revision)
