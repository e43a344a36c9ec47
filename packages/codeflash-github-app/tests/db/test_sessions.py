"""Sessions that were ended, in a real table."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from codeflash_github_app.db.sessions import EndedSessionTable
from codeflash_github_app.db.tables import ended_sessions
from codeflash_postgres.database import open_database
from codeflash_postgres.errors import DatabaseAway


async def test_a_session_is_kept_as_ended_for_every_server(database):
    later = datetime.now(UTC) + timedelta(hours=1)
    await EndedSessionTable(database).add("a", later)
    await EndedSessionTable(database).add("a", later)
    assert await EndedSessionTable(database).has("a")
    assert not await EndedSessionTable(database).has("b")


async def test_those_that_would_have_ended_are_forgotten(database):
    now = datetime.now(UTC)
    table = EndedSessionTable(database)
    await table.add("old", now - timedelta(seconds=5))
    await table.add("new", now + timedelta(hours=1))
    async with database.single() as connection:
        assert list(await connection.scalars(select(ended_sessions.c.name))) == ["new"]


async def test_a_database_that_is_away_is_told():
    away = open_database("postgresql://nobody@127.0.0.1:9/none", patience=1.0)
    try:
        with pytest.raises(DatabaseAway):
            await EndedSessionTable(away).has("a")
    finally:
        await away.close()
