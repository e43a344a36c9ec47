"""Brings the database's tables to the form that this version of the app knows, those of its queue included."""

from __future__ import annotations

from pathlib import Path

from codeflash_postgres import migrating
from codeflash_postgres.database import Database
from codeflash_postgres.migrating import Migrations

# The newest revision: what a running app needs. A test holds it against the files.
HEAD = "0003"
MIGRATIONS = Migrations(Path(__file__).parent / "migrations", HEAD, 0x636F6465666C6170)  # "codeflap"
"""The app's revisions."""


async def upgrade(database: Database, revision: str = "head") -> None:
    """Apply what is missing up to a revision; several servers may do so at once.

    Args:
        database: The database.
        revision: Where to stop.

    Raises:
        DatabaseAway: The database is away.
    """
    await migrating.upgrade(database, MIGRATIONS, revision)


async def downgrade(database: Database, revision: str) -> None:
    """Undo revisions.

    Args:
        database: The database.
        revision: The one to return to; ``base`` undoes everything.

    Raises:
        DatabaseAway: The database is away.
    """
    await migrating.downgrade(database, MIGRATIONS, revision)
