from __future__ import annotations

from sqlalchemy import select, update

from codeflash_github_app.db import inbox
from codeflash_github_app.db.inbox import Delivery
from codeflash_github_app.db.tables import deliveries
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database

PUSH = Delivery("d-1", "push", repository_id=11, installation=7, payload={"kind": "report-push"})


async def row(database: Database, delivery: str = "d-1") -> object:
    async with database.single() as connection:
        statement = select(
            deliveries.c.outcome, deliveries.c.reason, deliveries.c.attempts, deliveries.c.payload
        )
        return (await connection.execute(statement.where(deliveries.c.delivery == delivery))).one_or_none()


async def test_a_delivery_is_new_once(database: Database) -> None:
    assert await inbox.store(database, PUSH)
    assert not await inbox.store(database, PUSH)
    assert not await inbox.store(database, PUSH, "for another reason")


async def test_one_that_waits_is_taken_by_one_only(database: Database) -> None:
    await inbox.store(database, PUSH)
    async with database.begin() as mine, database.begin() as theirs:
        assert await inbox.take(mine, "d-1") == PUSH
        assert await inbox.take(theirs, "d-1") is None


async def test_one_that_is_settled_is_not_taken_again(database: Database) -> None:
    await inbox.store(database, PUSH)
    async with database.begin() as connection:
        await inbox.settle(connection, "d-1", "routed")
    async with database.begin() as connection:
        assert await inbox.take(connection, "d-1") is None


async def test_one_that_is_missed_too_often_has_failed(database: Database) -> None:
    await inbox.store(database, PUSH)
    assert not await inbox.missed(database, "d-1", "ValueError", 2)
    assert await inbox.missed(database, "d-1", "ValueError", 2)
    assert not await inbox.missed(database, "d-1", "ValueError", 2)
    assert await row(database) == ("failed", "ValueError", 2, {"kind": "report-push"})


async def test_what_waits_too_long_is_found(database: Database) -> None:
    await inbox.store(database, PUSH)
    await inbox.store(database, Delivery("d-2", "star"), "ignored")
    assert await inbox.waiting(database, 60) == []
    async with database.single() as connection:
        await connection.execute(update(deliveries).values(received_at=ago(100)))
    assert await inbox.waiting(database, 60) == [("d-1", 11)]


async def test_old_deliveries_lose_what_is_not_needed(database: Database) -> None:
    for name, ignored in (("d-1", ""), ("d-2", "no code"), ("d-3", "")):
        await inbox.store(database, Delivery(name, "push", payload={"a": 1}), ignored)
    async with database.begin() as connection:
        await inbox.settle(connection, "d-1", "routed")
        await connection.execute(update(deliveries).values(received_at=ago(8 * 86_400)))
    await inbox.forget(database, 7)
    # Known for ever, so that it is not done again; without what it asked for.
    assert await row(database, "d-1") == ("routed", "", 1, None)
    assert await row(database, "d-2") is None
    assert await row(database, "d-3") == ("waiting", "", 0, {"a": 1})
