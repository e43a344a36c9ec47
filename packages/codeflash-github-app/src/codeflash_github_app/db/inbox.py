"""The inbox of deliveries: each is stored once, and handled until there is an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen
from sqlalchemy import Text, bindparam, case, func, null, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from codeflash_github_app.db.tables import deliveries
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database


@frozen
class Delivery:
    """What GitHub delivered.

    Attributes:
        delivery: GitHub's id of it.
        event: The event's name.
        action: What happened; empty where the event has no actions.
        repository_id: The repository, or None.
        installation: The installation, or None.
        payload: The order that was made of it.
    """

    delivery: str
    event: str
    action: str = ""
    repository_id: int | None = None
    installation: int | None = None
    payload: Mapping[str, Any] = field(factory=dict)


async def store(database: Database, delivery: Delivery, ignored: str = "") -> bool:
    """Keep a delivery. One that failed may be delivered again.

    Args:
        database: The database.
        delivery: The delivery.
        ignored: Why nothing is to be done; empty where something is.

    Returns:
        Whether it is new.

    Raises:
        DatabaseAway: The database is away.
    """
    values = {
        "delivery": delivery.delivery,
        "event": delivery.event,
        "action": delivery.action,
        "repository_id": delivery.repository_id,
        "installation": delivery.installation,
        "payload": None if ignored else dict(delivery.payload),
        "outcome": "ignored" if ignored else "waiting",
        "reason": ignored,
    }
    async with database.single() as connection:
        return (await connection.scalar(_STORE, values)) is not None


def _store() -> Any:
    reason = bindparam("reason", type_=Text())
    statement = insert(deliveries).values(
        delivery=bindparam("delivery"),
        event=bindparam("event"),
        action=bindparam("action"),
        repository_id=bindparam("repository_id"),
        installation=bindparam("installation"),
        payload=bindparam("payload", type_=JSONB(none_as_null=True)),
        outcome=bindparam("outcome"),
        reason=reason,
        # What is ignored has a reason, and is done with.
        handled_at=case((reason != "", func.now()), else_=null()),
    )
    again = statement.on_conflict_do_update(
        index_elements=["delivery"],
        set_={
            "outcome": statement.excluded.outcome,
            "payload": statement.excluded.payload,
            "handled_at": None,
            "reason": "",
            "attempts": 0,
        },
        where=deliveries.c.outcome == "failed",
    )
    return again.returning(deliveries.c.delivery)


# Made once: to put it together takes longer than to send it.
_STORE = _store()


async def take(connection: AsyncConnection, delivery: str) -> Delivery | None:
    """A delivery that waits, locked until the transaction ends; None when it is handled, or being handled.

    Args:
        connection: Inside a transaction.
        delivery: Its id.
    """
    statement = (
        select(deliveries)
        .where(deliveries.c.delivery == delivery, deliveries.c.outcome == "waiting")
        .with_for_update(skip_locked=True)
    )
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        return None
    return Delivery(
        row["delivery"],
        row["event"],
        row["action"],
        row["repository_id"],
        row["installation"],
        row["payload"] or {},
    )


async def settle(connection: AsyncConnection, delivery: str, outcome: str, reason: str = "") -> None:
    """Note what became of a delivery.

    Args:
        connection: A connection, inside the transaction of what was done where something was.
        delivery: Its id.
        outcome: ``routed``, ``ignored`` or ``failed``.
        reason: Why, where it is not routed.
    """
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.delivery == delivery)
        .values(outcome=outcome, reason=reason, handled_at=func.now(), attempts=deliveries.c.attempts + 1)
    )


async def missed(database: Database, delivery: str, reason: str, most: int) -> bool:
    """Note that a delivery could not be handled this time.

    Args:
        database: The database.
        delivery: Its id.
        reason: The kind of error, never its text.
        most: How often it may fail.

    Returns:
        Whether it has failed for good.
    """
    attempts = deliveries.c.attempts + 1
    statement = (
        update(deliveries)
        .where(deliveries.c.delivery == delivery, deliveries.c.outcome == "waiting")
        .values(
            attempts=attempts,
            reason=reason,
            outcome=case((attempts >= most, "failed"), else_="waiting"),
            handled_at=case((attempts >= most, func.now()), else_=None),
        )
        .returning(deliveries.c.outcome)
    )
    async with database.single() as connection:
        return bool((await connection.scalar(statement)) == "failed")


async def waiting(database: Database, seconds: float) -> Sequence[tuple[str, int | None]]:
    """Ids and repositories of deliveries that nobody has handled for so long, the oldest first.

    Args:
        database: The database.
        seconds: How long.
    """
    statement = (
        select(deliveries.c.delivery, deliveries.c.repository_id)
        .where(deliveries.c.outcome == "waiting", deliveries.c.received_at <= ago(seconds))
        .order_by(deliveries.c.received_at)
        .limit(1000)
    )
    async with database.single() as connection:
        return [(row.delivery, row.repository_id) for row in (await connection.execute(statement)).all()]


async def forget(database: Database, days: float) -> None:
    """Remove what is not needed any more of deliveries that were handled so long ago.

    Those that led to something keep their ids, so that they are known for ever; the others do no harm when they come
    again.

    Args:
        database: The database.
        days: How long, in days.
    """
    old = deliveries.c.received_at <= ago(days * 86_400)
    async with database.single() as connection:
        await connection.execute(deliveries.delete().where(deliveries.c.outcome == "ignored", old))
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.outcome.in_(("routed", "failed")), deliveries.c.payload.is_not(None), old)
            .values(payload=null())
        )
