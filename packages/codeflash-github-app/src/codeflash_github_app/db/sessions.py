"""Sessions of the status pages that people ended."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen
from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from codeflash_github_app.db.tables import ended_sessions
from codeflash_postgres.database import Database


@frozen
class EndedSessionTable:
    """The table of them, which all servers share.

    Attributes:
        database: The database.
    """

    database: Database

    async def add(self, name: str, until: datetime) -> None:
        """Keep that a session was ended; those that would have ended by now are forgotten.

        Args:
            name: Its name.
            until: When it would have ended by itself.

        Raises:
            DatabaseAway: The database is away.
        """
        async with self.database.begin() as connection:
            await connection.execute(delete(ended_sessions).where(ended_sessions.c.until < func.now()))
            statement = insert(ended_sessions).values(name=name, until=until)
            await connection.execute(statement.on_conflict_do_nothing())

    async def has(self, name: str) -> bool:
        """Whether a session was ended.

        Raises:
            DatabaseAway: The database is away.
        """
        async with self.database.single() as connection:
            return bool(await connection.scalar(select(exists().where(ended_sessions.c.name == name))))
