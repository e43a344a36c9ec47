"""What the queue believes to be in work, held against the tables that are the truth."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text, and_, cast, column, exists, func, or_, select, table
from sqlalchemy.dialects.postgresql import JSONB

from codeflash_github_app.db.tables import deliveries, jobs
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database

# The library's own tables, as much of them as is read here.
_entries = table("procrastinate_jobs", *map(column, ("id", "queue_name", "status", "args")), schema="queue")
_events = table("procrastinate_events", *map(column, ("job_id", "type", "at")), schema="queue")


async def forgotten(database: Database, seconds: float, *, inbox: str, work: str) -> tuple[int, ...]:
    """Entries that were begun so long ago, whose rows say that nobody works on them.

    A worker may have done the work and never told the queue, which lets nothing else of that repository begin then.

    Args:
        database: The database.
        seconds: How long.
        inbox: The queue of deliveries.
        work: The queue of jobs.

    Returns:
        Their numbers in the queue.

    Raises:
        DatabaseAway: The database is away.
    """
    long_ago = ago(seconds)
    begun = (
        select(func.max(_events.c.at))
        .where(_events.c.job_id == _entries.c.id, cast(_events.c.type, Text) == "started")
        .scalar_subquery()
    )
    named = cast(_entries.c.args, JSONB)
    # Of a delivery nobody is seen working on it: it is handled within seconds.
    handled = and_(
        _entries.c.queue_name == inbox,
        ~exists().where(
            deliveries.c.delivery == named["delivery"].astext, deliveries.c.handled_at > long_ago
        ),
    )
    # Where it was given back or has ended since, the queue is about to hear of it.
    held = or_(jobs.c.heartbeat_at > long_ago, jobs.c.finished_at > long_ago)
    carried_out = and_(
        _entries.c.queue_name == work,
        ~exists().where(jobs.c.id == cast(named["job_id"].astext, BigInteger), held),
    )
    statement = select(_entries.c.id).where(
        cast(_entries.c.status, Text) == "doing", begun <= long_ago, or_(handled, carried_out)
    )
    async with database.single() as connection:
        return tuple((await connection.scalars(statement)).all())
