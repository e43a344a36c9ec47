"""Orders become jobs, and end others: inside the transaction that handles a delivery."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from attrs import evolve
from sqlalchemy import Update, case, func, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from codeflash_github_app.db.jobs import MOST_ATTEMPTS, Due
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
    again = f":{work.again}" if work.again else ""
    match work:
        case OptimizePull():
            return f"pull:{repository}:{work.number}:{work.head}{again}"
        case OptimizeAsked():
            return f"asked:{repository}:{work.comment}{again}"
        case CompareAsked():
            return f"compare:{repository}:{work.comment}{again}"
        case ReportPush():
            return f"push:{repository}:{work.before}:{work.after}{again}"
    assert_never(work)


async def order(connection: AsyncConnection, work: Work) -> Due | None:
    """Make a job, unless there is one for the same work.

    One that was stopped or superseded is taken up again. A newer head of a pull request supersedes the older ones; a push
    supersedes those that wait, and is compared with what stood before them.

    Args:
        connection: Inside a transaction.
        work: What is ordered; its repository is known.

    Returns:
        The job when it waits now because of this.
    """
    gone = jobs.c.state.in_(_GONE)
    made = await _made(connection, work, gone | jobs.c.stop.is_not(None))
    if made is None:
        return None
    match work:
        # One that is wanted again is of whichever commit somebody looked at: it takes no other one's place.
        case OptimizePull(again=""):
            older = jobs.c.kind == kind_of(work), jobs.c.number == work.number, jobs.c.id != made.id
            await connection.execute(_stop(work.repository.id, "superseded").where(*older))
        case ReportPush(again=""):
            await _take_on(connection, work, made.id)
    return Due(made.id, work.repository.id) if made.state == "waiting" else None


async def ensure(database: Database, work: OptimizePull) -> None:
    """See that the head of a pull request has a job, unless it had one that was not superseded.

    Deliveries may come late: the one for an older head has then taken the place of the one for the head itself.

    Args:
        database: The database.
        work: What is to be done with the head.

    Raises:
        DatabaseAway: The database is away.
    """
    superseded = (jobs.c.state == "superseded") | (jobs.c.stop == "superseded")
    async with database.begin() as connection:
        await _made(connection, work, superseded)


async def _made(connection: AsyncConnection, work: Work, again: Any) -> Any:
    """The row of a job that is new, or that is taken up again because a condition holds; None when it is neither."""
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
        where=again,
    )
    return (await connection.execute(statement.returning(jobs.c.id, jobs.c.state))).one_or_none()


async def _take_on(connection: AsyncConnection, work: ReportPush, job_id: int) -> None:
    """Compare with what stood before the pushes that still wait, in place of them."""
    waiting = (
        jobs.c.repository_id == work.repository.id,
        jobs.c.kind == kind_of(work),
        jobs.c.state == "waiting",
        # One that somebody wants again is wanted as it is.
        func.coalesce(jobs.c.order["again"].astext, "") == "",
    )
    statement = _stop(work.repository.id, "superseded").where(*waiting, jobs.c.id < job_id)
    older = (await connection.execute(statement.returning(jobs.c.id, jobs.c.order))).all()
    if older:
        first = min(older, key=lambda row: row.id).order
        whole = evolve(work, before=first["before"])
        await connection.execute(update(jobs).where(jobs.c.id == job_id).values(order=dumped(whole)))


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


async def sweep(database: Database, lease: float) -> int:
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
