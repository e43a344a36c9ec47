"""Jobs: what is ordered becomes a row, which one worker at a time holds for as long as it shows signs of life."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import CursorResult, Row, Update, and_, func, null, or_, select, update
from sqlalchemy.orm import aliased

from codeflash_github_app.db.checks import forget_concluded
from codeflash_github_app.db.tables import installations, jobs, repositories
from codeflash_github_app.order_records import loaded
from codeflash_github_app.orders import Work
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database

MOST_ATTEMPTS = 25
"""How often a job is begun: one that ends its worker each time is given up, and a machine with many restarts is not."""
LOST = "lost"
"""What a worker hears whose job belongs to somebody else by now, or to nobody."""


@frozen
class Due:
    """A job that waits for a worker.

    Attributes:
        job_id: The job.
        repository_id: Its repository: one job of it is carried out at a time.
    """

    job_id: int
    repository_id: int


@frozen
class Job:
    """A job that this worker holds.

    Attributes:
        id: Its number.
        key: Names the work: the same work is one job.
        work: What is ordered.
        attempts: How often it was begun, this time included.
        worker: Who holds it: every sign of life and the end are told with it.
        created_at: When it was ordered.
    """

    id: int
    key: str
    work: Work
    attempts: int
    worker: uuid.UUID
    created_at: datetime


async def claim(database: Database, job_id: int, worker: uuid.UUID, lease: float) -> Job | None:
    """Take a job, or None when there is nothing to do for it now.

    That is so when it is finished, held by a living worker, of a repository where another one is running, or of one
    that the app may not work on.

    Args:
        database: The database.
        job_id: The job.
        worker: Who takes it.
        lease: Seconds after which a worker that was not seen has lost it.

    Raises:
        DatabaseAway: The database is away.
    """
    other = aliased(jobs)
    busy = (
        select(other.c.id)
        .where(
            other.c.repository_id == jobs.c.repository_id,
            other.c.id != jobs.c.id,
            other.c.state == "running",
            other.c.heartbeat_at > ago(lease),
        )
        .exists()
    )
    free = or_(jobs.c.state == "waiting", and_(jobs.c.state == "running", jobs.c.heartbeat_at <= ago(lease)))
    statement = (
        update(jobs)
        .where(jobs.c.id == job_id, free, jobs.c.stop.is_(None), jobs.c.attempts < MOST_ATTEMPTS)
        .where(~busy, _allowed())
        .values(
            state="running",
            worker=worker,
            heartbeat_at=func.now(),
            started_at=func.coalesce(jobs.c.started_at, func.now()),
            attempts=jobs.c.attempts + 1,
        )
        .returning(jobs)
    )
    async with database.begin() as connection:
        # Two jobs of one repository are not taken in the same moment.
        repository = select(jobs.c.repository_id).where(jobs.c.id == job_id).scalar_subquery()
        await connection.execute(
            select(repositories.c.id).where(repositories.c.id == repository).with_for_update()
        )
        row = (await connection.execute(statement)).one_or_none()
        if row is None:
            return None
        await forget_concluded(connection, job_id)
        now = select(repositories.c.name, repositories.c.installation)
        known = (await connection.execute(now.where(repositories.c.id == row.repository_id))).one()
    return _job(row, worker, known.name, known.installation)


def _allowed() -> Any:
    """Whether the app may work on a job's repository."""
    return (
        select(repositories.c.id)
        .join(installations, installations.c.id == repositories.c.installation)
        .where(
            repositories.c.id == jobs.c.repository_id,
            repositories.c.removed_at.is_(None),
            installations.c.suspended.is_(False),
        )
        .exists()
    )


def _job(row: Row[Any], worker: uuid.UUID, name: str, installation: int) -> Job:
    work = loaded(row.order)
    assert isinstance(work, Work)
    # It may have been renamed, or given to somebody else, since it was ordered.
    work = evolve(work, repository=evolve(work.repository, name=name, installation=installation))
    return Job(row.id, row.key, work, row.attempts, worker, row.created_at)


async def heartbeat(database: Database, job: Job) -> str:
    """Say that a job is being worked on.

    Args:
        database: The database.
        job: The job.

    Returns:
        Why it shall end: ``superseded``, ``stopped``, ``lost``; empty when it may go on.

    Raises:
        DatabaseAway: The database is away.
    """
    return await _told(database, _held(job).values(heartbeat_at=func.now()).returning(jobs.c.stop))


async def stop_requested(database: Database, job: Job) -> str:
    """Why a job shall end, as :func:`heartbeat` says it: asked right before something is posted.

    Args:
        database: The database.
        job: The job.

    Raises:
        DatabaseAway: The database is away.
    """
    statement = select(jobs.c.stop).where(
        jobs.c.id == job.id, jobs.c.worker == job.worker, jobs.c.state == "running"
    )
    return await _told(database, statement)


async def _told(database: Database, statement: Any) -> str:
    async with database.single() as connection:
        row = (await connection.execute(statement)).one_or_none()
    return LOST if row is None else str(row.stop or "")


async def finish(
    database: Database,
    job: Job,
    state: str,
    *,
    outcome: str = "",
    message: str = "",
    result: Mapping[str, Any] | None = None,
) -> bool:
    """Note how a job ended.

    Args:
        database: The database.
        job: The job.
        state: ``done``, ``failed``, ``stopped`` or ``superseded``.
        outcome: What came of it, in a word or two.
        message: A sentence for people; no secret.
        result: Figures, of JSON values.

    Returns:
        Whether it was still this worker's.

    Raises:
        DatabaseAway: The database is away.
    """
    statement = _held(job).values(
        state=state,
        finished_at=func.now(),
        worker=None,
        stop=None,
        outcome=outcome,
        message=message,
        result=null() if result is None else dict(result),
    )
    return await _changed(database, statement)


async def end(database: Database, job: Job) -> str:
    """Note that a job has ended because it was asked to.

    Args:
        database: The database.
        job: The job.

    Returns:
        Its state now: ``waiting`` when it was asked for again meanwhile, ``lost`` when it is not this worker's.

    Raises:
        DatabaseAway: The database is away.
    """
    statement = _held(job).values(
        state=func.coalesce(jobs.c.stop, "waiting"), finished_at=func.now(), worker=None, stop=None
    )
    async with database.single() as connection:
        found = await connection.scalar(statement.returning(jobs.c.state))
    return str(found or LOST)


async def release(database: Database, job: Job, message: str = "") -> bool:
    """Give a job back, to be taken up again: because the worker ends, or GitHub has to be waited for.

    It costs none of the attempts that a job has.

    Args:
        database: The database.
        job: The job.
        message: Why, for people.

    Returns:
        Whether it was still this worker's.

    Raises:
        DatabaseAway: The database is away.
    """
    attempts = func.greatest(jobs.c.attempts - 1, 0)
    values = {"state": "waiting", "worker": None, "message": message, "attempts": attempts}
    return await _changed(database, _held(job).values(**values))


def _held(job: Job) -> Update:
    return update(jobs).where(jobs.c.id == job.id, jobs.c.worker == job.worker, jobs.c.state == "running")


async def _changed(database: Database, statement: Update) -> bool:
    async with database.single() as connection:
        done: CursorResult[Any] = await connection.execute(statement)
    return bool(done.rowcount)


async def waiting(database: Database, job_id: int) -> tuple[Due, ...]:
    """A job, when it waits for a worker.

    Args:
        database: The database.
        job_id: The job.

    Raises:
        DatabaseAway: The database is away.
    """
    statement = select(jobs.c.id, jobs.c.repository_id).where(jobs.c.id == job_id, jobs.c.state == "waiting")
    async with database.single() as connection:
        return tuple(Due(*row) for row in (await connection.execute(statement)).all())


async def open_jobs(database: Database, job_ids: Collection[int]) -> frozenset[int]:
    """Which of some jobs wait or run.

    Args:
        database: The database.
        job_ids: The jobs.

    Raises:
        DatabaseAway: The database is away.
    """
    statement = select(jobs.c.id).where(jobs.c.id.in_(job_ids), jobs.c.state.in_(("waiting", "running")))
    async with database.single() as connection:
        return frozenset((await connection.scalars(statement)).all())
