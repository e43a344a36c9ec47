from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import column, func, insert, select, table, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from codeflash_core.errors import UsageError
from codeflash_postgres.database import Database, open_database, plain_url
from codeflash_postgres.embedded.server import EmbeddedPostgres
from codeflash_postgres.errors import DatabaseAway

plans = table("plans", column("name"), column("per_minute"))


async def count(database: Database) -> int:
    async with database.single() as connection:
        return int(await connection.scalar(select(func.count()).select_from(plans)) or 0)


async def one(database: Database) -> int:
    async with database.single() as connection:
        return int(await connection.scalar(select(1)) or 0)


async def test_a_transaction_is_committed_at_its_end(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(insert(plans).values(name="a", per_minute=1))
    assert await count(database) == 1


async def test_an_error_rolls_a_transaction_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.begin() as connection:
            await connection.execute(insert(plans).values(name="a", per_minute=1))
            raise ZeroDivisionError
    assert await count(database) == 0


async def test_a_single_statement_is_committed_at_once(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.single() as connection:
            await connection.execute(insert(plans).values(name="a", per_minute=1))
            raise ZeroDivisionError
    assert await count(database) == 1


async def test_transactions_after_single_statements_are_transactions_again(database_url: str) -> None:
    database = open_database(database_url, connections=1)
    assert await count(database) == 0
    with pytest.raises(ZeroDivisionError):
        async with database.begin() as connection:
            await connection.execute(insert(plans).values(name="a", per_minute=1))
            raise ZeroDivisionError
    assert await count(database) == 0
    await database.close()


async def test_with_all_connections_taken_it_is_said_when_to_try_again(database_url: str) -> None:
    database = open_database(database_url, connections=1, patience=0.05)
    async with database.single():
        with pytest.raises(DatabaseAway, match="all database connections are in use") as told:
            async with database.single():
                pass
    assert told.value.retry_after == 1
    assert await count(database) == 0
    await database.close()


async def test_many_more_users_than_connections_all_get_their_turn(database_url: str) -> None:
    database = open_database(database_url, connections=2)
    assert await asyncio.gather(*(count(database) for _ in range(50))) == [0] * 50
    await database.close()


async def test_a_slow_statement_is_ended(database_url: str) -> None:
    database = open_database(database_url, statement_seconds=0.05)
    with pytest.raises(DatabaseAway, match="too slow"):
        async with database.single() as connection:
            await connection.execute(select(func.pg_sleep(30)))
    await database.close()


async def test_a_database_that_is_not_there_is_away(unused_port: int) -> None:
    database = open_database(f"postgresql://u:hunter2@127.0.0.1:{unused_port}/x", patience=2)
    with pytest.raises(DatabaseAway) as told:
        await count(database)
    assert "hunter2" not in str(told.value)
    await database.close()


async def test_an_unknown_database_is_away(database_url: str) -> None:
    database = open_database(database_url.replace("/generic?", "/missing?"))
    with pytest.raises(DatabaseAway):
        await count(database)
    await database.close()


async def test_connections_that_the_database_ended_are_replaced(
    database: Database, database_url: str
) -> None:
    victim = open_database(database_url, connections=1)
    async with victim.single() as connection:
        process = await connection.scalar(select(func.pg_backend_pid()))
    async with database.single() as connection:
        await connection.execute(select(func.pg_terminate_backend(process, 5000)))
    with pytest.raises(DatabaseAway):
        await count(victim)
    assert await count(victim) == 0
    await victim.close()


async def test_a_connection_that_ends_in_mid_transaction_is_told(
    database: Database, database_url: str
) -> None:
    victim = open_database(database_url)
    with pytest.raises(DatabaseAway):
        async with victim.begin() as connection:
            process = await connection.scalar(select(func.pg_backend_pid()))
            async with database.single() as other:
                await other.execute(select(func.pg_terminate_backend(process, 5000)))
            await connection.execute(insert(plans).values(name="a", per_minute=1))
    await victim.close()
    assert await count(database) == 0


async def test_wrong_statements_are_not_taken_for_an_absent_database(database: Database) -> None:
    with pytest.raises(ProgrammingError):
        async with database.single() as connection:
            await connection.execute(text("select nonsense"))
    with pytest.raises(IntegrityError):
        async with database.begin() as connection:
            await connection.execute(insert(plans).values(name="a", per_minute=0))


async def test_errors_do_not_quote_what_was_sent(database: Database) -> None:
    with pytest.raises(IntegrityError) as told:
        async with database.begin() as connection:
            await connection.execute(insert(plans).values(name="def secret(): pass", per_minute=None))
    assert "[parameters" not in str(told.value) or "secret" not in str(told.value).split("[parameters")[1]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_urls_are_understood_as_people_write_them(scheme: str) -> None:
    assert plain_url(f"{scheme}://u:p@h:1/d?sslmode=require") == "postgresql://u:p@h:1/d?sslmode=require"


@pytest.mark.parametrize(
    "url", ["", "mysql://u:hunter2@h/d", "hunter2", "sqlite:///hunter2", "http://[hunter2"]
)
def test_other_urls_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(UsageError) as told:
        open_database(url)
    assert "hunter2" not in str(told.value)


@pytest.mark.slow
async def test_a_database_that_went_away_is_found_again() -> None:
    with tempfile.TemporaryDirectory(prefix="codeflash-") as folder:
        server = EmbeddedPostgres(Path(folder) / "pg")
        await asyncio.to_thread(server.start)
        database = open_database(server.url, patience=2)
        try:
            assert await one(database) == 1
            await asyncio.to_thread(server.stop)
            for _ in range(2):
                with pytest.raises(DatabaseAway):
                    await one(database)
            await asyncio.to_thread(server.start)
            assert await one(database) == 1
        finally:
            await database.close()
            await asyncio.to_thread(server.stop)
