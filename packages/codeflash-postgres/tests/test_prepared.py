"""Statements that are put into words once."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from sqlalchemy import Float, Integer, Select, Uuid, bindparam, column, func, literal, select, table
from sqlalchemy.dialects.postgresql import insert

from codeflash_postgres.database import Database, open_database
from codeflash_postgres.errors import DatabaseAway, RefusedStatement
from codeflash_postgres.prepared import Prepared

plans = table("plans", column("name"), column("per_minute"))
SUM = Prepared(
    select(
        (bindparam("first", type_=Integer) + literal(40)).label("sum"),
        bindparam("id", type_=Uuid).label("who"),
    ).where(literal(True)),
    ("first", "id"),
)
MADE = Prepared(
    insert(plans)
    .on_conflict_do_nothing(index_elements=["name"])
    .returning(plans.c.name, (plans.c.per_minute * 2).label("twice")),
    ("name", "per_minute"),
)
SLEPT = Prepared(select(func.pg_sleep(bindparam("seconds", type_=Float))), ("seconds",))
PROCESS = Prepared(select(func.pg_backend_pid().label("process")), ())


async def process_of(database: Database) -> int:
    row = await database.one(PROCESS, {})
    assert row is not None
    return int(row.process)


def at_work(process: int) -> Select[tuple[int]]:
    """How many connections of a process execute something."""
    activity = table("pg_stat_activity", column("pid"), column("wait_event"))
    return (
        select(func.count())
        .select_from(activity)
        .where(activity.c.pid == process, activity.c.wait_event == "PgSleep")
    )


async def ended(database: Database, process: int) -> None:
    async with database.single() as connection:
        await connection.execute(select(func.pg_terminate_backend(process, 5000)))


async def test_a_row_has_its_columns_as_attributes(database: Database) -> None:
    who = uuid.uuid4()
    for first in (2, 3):
        row = await database.one(SUM, {"first": first, "id": who})
        assert row is not None
        assert (row.sum, row.who) == (first + 40, who)


async def test_what_is_said_is_committed_and_no_row_is_none(database: Database) -> None:
    row = await database.one(MADE, {"name": "a", "per_minute": 3})
    assert row is not None
    assert (row.name, row.twice) == ("a", 6)
    assert await database.one(MADE, {"name": "a", "per_minute": 4}) is None
    async with database.single() as connection:
        assert await connection.scalar(select(plans.c.per_minute)) == 3


async def test_a_transaction_on_the_same_connection_is_one_afterwards(database_url: str) -> None:
    database = open_database(database_url, connections=1)
    with pytest.raises(RuntimeError):
        async with database.begin() as connection:
            await connection.execute(insert(plans).values(name="b", per_minute=1))
            raise RuntimeError
    await database.one(MADE, {"name": "a", "per_minute": 3})
    async with database.single() as connection:
        assert (await connection.scalars(select(plans.c.name))).all() == ["a"]
    await database.close()


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        (select(bindparam("a", type_=Integer)), ("a", "b")),
        (select(plans.c.name).where(plans.c.name.in_(["x", "y"])), ()),
    ],
    ids=["a value too many", "a list"],
)
def test_what_can_not_be_put_into_words_once_is_refused(statement: object, names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="can't be given"):
        Prepared(statement, names)  # type: ignore[arg-type]  # either is a selection


async def test_a_refused_statement_is_not_an_absent_database(database: Database) -> None:
    with pytest.raises(RefusedStatement) as told:
        await database.one(MADE, {"name": "def secret(): pass", "per_minute": 0})
    assert str(told.value) == "CheckViolationError"


async def test_a_slow_one_is_ended(database_url: str) -> None:
    database = open_database(database_url, statement_seconds=0.05)
    with pytest.raises(DatabaseAway, match="too slow"):
        await database.one(SLEPT, {"seconds": 30})
    await database.close()


async def test_a_connection_that_the_database_ended_is_replaced_at_once(
    database: Database, database_url: str
) -> None:
    victim = open_database(database_url, connections=1)
    process = await process_of(victim)
    await ended(database, process)
    while True:
        async with victim.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            if driver is not None and driver.is_closed():
                break
    assert await process_of(victim) != process
    await victim.close()


async def test_a_connection_that_ends_meanwhile_is_told_and_replaced(
    database: Database, database_url: str
) -> None:
    victim = open_database(database_url, connections=1)
    process = await process_of(victim)
    asleep = asyncio.create_task(victim.one(SLEPT, {"seconds": 30}))
    async with database.single() as connection:
        while not await connection.scalar(at_work(process)):
            pass
    await ended(database, process)
    with pytest.raises(DatabaseAway):
        await asleep
    assert await process_of(victim) != process
    await victim.close()


async def test_a_cancelled_one_leaves_no_connection_in_the_middle_of_something(
    database: Database, database_url: str
) -> None:
    hasty = open_database(database_url, connections=1)
    process = await process_of(hasty)
    asleep = asyncio.create_task(hasty.one(SLEPT, {"seconds": 30}))
    async with database.single() as connection:
        while not await connection.scalar(at_work(process)):
            pass
    asleep.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asleep
    assert await process_of(hasty) != process
    await hasty.close()
