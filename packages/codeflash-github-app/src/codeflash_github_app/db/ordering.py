"""Orders become jobs, and end others: inside the transaction that handles a delivery."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from sqlalchemy import Update, case, func, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from codeflash_github_app.db.jobs import LEASE_SECONDS, MOST_ATTEMPTS, Due
from codeflash_github_app.db.tables import installations, jobs, repositories
from codeflash_github_app.order_records import dumped, kind_of
from codeflash_github_app.orders import CompareAsked, OptimizeAsked, OptimizePull, ReportPush, Stop, Work
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database

_GONE = ("superseded", "stopped")


def key_of(work: Work) -> str:
    """What names the work: the same by several events is one job.

    Args:
        work: What is ordered.
    """
    repository = work.repository.id
    match work:
        case OptimizePull():
            key = f"pull:{repository}:{work.number}:{work.head}"
            return f"{key}:{work.again}" if work.again else key
        case OptimizeAsked():
            return f"asked:{repository}:{work.comment}"
        case CompareAsked():
            return f"compare:{repository}:{work.comment}"
        case ReportPush():
            return f"push:{repository}:{work.before}:{work.after}"
    assert_never(work)


async def order(connection: AsyncConnection, work: Work) -> Due | None:
    """Make a job, unless there is one for the same work.

    One that was stopped or superseded is taken up again. A newer head of a pull request supersedes the older ones.

    Args:
        connection: Inside a transaction.
        work: What is ordered; its repository is known.

    Returns:
        The job when it waits now because of this.
    """
    statement = insert(jobs).values(
        key=key_of(work),
        kind=kind_of(work),
        repository_id=work.repository.id,
        repository_name=work.repository.name,
        installation=work.repository.installation,
        number=None if isinstance(work, ReportPush) else work.number,
        head=_head(work),
        order=dumped(work),
    )
    gone = jobs.c.state.in_(_GONE)
    statement = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "state": case((gone, "waiting"), else_=jobs.c.state),
            "attempts": case((gone, 0), else_=jobs.c.attempts),
            "finished_at": null(),
            "stop": null(),
        },
        where=gone | jobs.c.stop.is_not(None),
    )
    made = (await connection.execute(statement.returning(jobs.c.id, jobs.c.state))).one_or_none()
    if made is None:
        return None
    if isinstance(work, OptimizePull):
        older = jobs.c.kind == kind_of(work), jobs.c.number == work.number, jobs.c.id != made.id
        await connection.execute(_stop(work.repository.id, "superseded").where(*older))
    return Due(made.id, work.repository.id) if made.state == "waiting" else None


def _head(work: Work) -> str | None:
    match work:
        case OptimizePull():
            return work.head
        case ReportPush():
            return work.after
        case _:
            return None


async def stop(connection: AsyncConnection, order: Stop) -> int:
    """End the jobs of a pull request: waiting ones now, running ones as soon as they hear of it.

    Args:
        connection: A connection.
        order: Which.

    Returns:
        How many.
    """
    statement = _stop(order.repository.id, "stopped").where(jobs.c.number == order.number)
    return int((await connection.execute(statement)).rowcount)


async def stop_all(connection: AsyncConnection, repository_ids: Sequence[int]) -> None:
    """End all jobs of repositories.

    Args:
        connection: A connection.
        repository_ids: The repositories.
    """
    for repository_id in repository_ids:
        await connection.execute(_stop(repository_id, "stopped"))


def _stop(repository_id: int, state: str) -> Update:
    waits = jobs.c.state == "waiting"
    return (
        update(jobs)
        .where(jobs.c.repository_id == repository_id, jobs.c.state.in_(("waiting", "running")))
        .values(
            state=case((waits, state), else_=jobs.c.state),
            stop=case((waits, null()), else_=state),
            finished_at=case((waits, func.now()), else_=jobs.c.finished_at),
        )
    )


async def sweep(database: Database, lease: float = LEASE_SECONDS) -> int:
    """Take jobs from workers that are not seen any more, and give up those that were begun too often.

    Args:
        database: The database.
        lease: Seconds after which a worker that was not seen has lost its jobs.

    Returns:
        How many were taken.

    Raises:
        DatabaseAway: The database is away.
    """
    stale = jobs.c.state == "running", jobs.c.heartbeat_at <= ago(lease)
    taken = (
        update(jobs)
        .where(*stale)
        .values(
            state=func.coalesce(jobs.c.stop, "waiting"),
            finished_at=case((jobs.c.stop.is_not(None), func.now()), else_=None),
            stop=None,
            worker=None,
        )
    )
    given_up = (
        update(jobs)
        .where(jobs.c.state == "waiting", jobs.c.attempts >= MOST_ATTEMPTS)
        .values(
            state="failed",
            outcome="failed",
            finished_at=func.now(),
            message=f"It was begun {MOST_ATTEMPTS} times and never ended.",
        )
    )
    async with database.begin() as connection:
        count = int((await connection.execute(taken)).rowcount)
        await connection.execute(given_up)
    return count


async def due(database: Database, seconds: float) -> tuple[Due, ...]:
    """Jobs that have waited for so long and may be carried out, the oldest first.

    Args:
        database: The database.
        seconds: How long.

    Raises:
        DatabaseAway: The database is away.
    """
    statement: Any = (
        select(jobs.c.id, jobs.c.repository_id)
        .join(repositories, repositories.c.id == jobs.c.repository_id)
        .join(installations, installations.c.id == repositories.c.installation)
        .where(
            jobs.c.state == "waiting",
            jobs.c.created_at <= ago(seconds),
            repositories.c.removed_at.is_(None),
            installations.c.suspended.is_(False),
        )
        .order_by(jobs.c.id)
        .limit(1000)
    )
    async with database.single() as connection:
        return tuple(Due(*row) for row in (await connection.execute(statement)).all())
