from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from codeflash_api.db.opening import configured
from codeflash_api.settings import Settings
from codeflash_postgres.errors import DatabaseAway


async def test_the_pool_is_sized_by_the_settings(database_url: str) -> None:
    database = configured(Settings(database_url=database_url, database_connections=1, database_seconds=0.05))
    async with database.single() as connection:
        assert await connection.scalar(text("show application_name")) == "codeflash-api"
        with pytest.raises(DatabaseAway, match="all database connections"):
            async with database.single():
                pass
    with pytest.raises(DatabaseAway, match="too slow"):
        async with database.single() as connection:
            await connection.execute(select(func.pg_sleep(30)))
    await database.close()
