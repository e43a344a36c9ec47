"""The first key of an empty database."""

from __future__ import annotations

from sqlalchemy import func, select

from codeflash_api.auth.repository import NewKey, insert_key
from codeflash_api.db.tables import api_keys
from codeflash_postgres.database import Database

_LOCK = 0x6B657973  # any number that is always the same: "keys"


async def make_first_key(database: Database, wanted: str = "") -> str | None:
    """Make the first key of a database that has none; of several servers at once only one does.

    Args:
        database: The database.
        wanted: The key; made up when empty.

    Returns:
        The key, to be shown once, or None when there are keys already.

    Raises:
        UsageError: What is wanted can't be a key.
    """
    async with database.begin() as connection:
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if await connection.scalar(select(func.count()).select_from(api_keys)):
            return None
        return await insert_key(connection, NewKey(name="first", secret=wanted))
