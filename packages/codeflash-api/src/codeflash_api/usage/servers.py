"""Signs of life of servers, and the end of what dead ones left open."""

from __future__ import annotations

from sqlalchemy import Insert, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from codeflash_api.db.tables import servers, usage
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database

# A server that was not seen for so long is dead. It is seen three times as often.
LEASE_SECONDS = 30.0
# Longer than any request may take: what is still open then belongs to nobody.
LONGEST_SECONDS = 900.0


def _seen(database: Database) -> Insert:
    statement = upsert(servers).values(id=database.server)
    return statement.on_conflict_do_update(index_elements=["id"], set_={"seen_at": func.now()})


async def beat(database: Database) -> None:
    """Say that this server is alive."""
    async with database.single() as connection:
        await connection.execute(_seen(database))


async def leave(database: Database) -> None:
    """Say that this server ends: rows that it leaves open need not wait for the lease."""
    async with database.single() as connection:
        await connection.execute(delete(servers).where(servers.c.id == database.server))


async def sweep(database: Database, lease: float = LEASE_SECONDS, longest: float = LONGEST_SECONDS) -> int:
    """Close the rows that dead servers left open, as ``unknown``.

    Args:
        database: The database.
        lease: Seconds after which a server that was not seen is dead.
        longest: Seconds after which a row is stale whoever opened it.

    Returns:
        How many.
    """
    alive = select(servers.c.id).where(servers.c.seen_at > ago(lease))
    stale = or_(
        (usage.c.started_at <= ago(lease)) & usage.c.server_id.not_in(alive),
        usage.c.started_at <= ago(longest),
    )
    statement = (
        update(usage)
        .where(usage.c.outcome == "started", stale)
        .values(outcome="unknown", settled_at=func.now())
    )
    async with database.begin() as connection:
        closed = (await connection.execute(statement)).rowcount
        await connection.execute(delete(servers).where(servers.c.seen_at <= ago(longest)))
    return closed
