"""Which check runs show their end, and which were left in progress by a job that has ended."""

from __future__ import annotations

from attrs import frozen
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from codeflash_github_app.db.tables import installations, jobs, posts, repositories
from codeflash_github_app.orders import Repository
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database

MOST_AT_ONCE = 200


@frozen
class LeftCheck:
    """A check run of a job that has ended; nobody has seen that it shows an end.

    Attributes:
        id: The row's number.
        repository: Where it is.
        key: The name that we gave it.
        commit: The commit that it is about.
        number: GitHub's number for it; 0 while it is not known whether it is there.
        state: How the job ended.
        message: What the job says of that, for people.
    """

    id: int
    repository: Repository
    key: str
    commit: str
    number: int
    state: str
    message: str


async def left(database: Database, seconds: float) -> tuple[LeftCheck, ...]:
    """Check runs whose jobs ended so long ago, the oldest first; of repositories that the app may work on.

    Args:
        database: The database.
        seconds: How long.

    Raises:
        DatabaseAway: The database is away.
    """
    statement = (
        select(
            posts.c.id,
            posts.c.key,
            posts.c.place,
            posts.c.number,
            jobs.c.state,
            jobs.c.message,
            repositories.c.installation,
            repositories.c.id.label("repository_id"),
            repositories.c.name,
            repositories.c.default_branch,
        )
        .join(jobs, jobs.c.id == posts.c.job_id)
        .join(repositories, repositories.c.id == posts.c.repository_id)
        .join(installations, installations.c.id == repositories.c.installation)
        .where(
            posts.c.kind == "check",
            posts.c.concluded_at.is_(None),
            jobs.c.state.not_in(("waiting", "running")),
            jobs.c.finished_at <= ago(seconds),
            repositories.c.removed_at.is_(None),
            installations.c.suspended.is_(False),
        )
        .order_by(posts.c.id)
        .limit(MOST_AT_ONCE)
    )
    async with database.single() as connection:
        found = (await connection.execute(statement)).all()
    return tuple(
        LeftCheck(
            id=row.id,
            repository=Repository(row.installation, row.repository_id, row.name, row.default_branch),
            key=row.key,
            commit=row.place,
            number=row.number,
            state=row.state,
            message=row.message,
        )
        for row in found
    )


async def concluded(database: Database, row: int) -> None:
    """Keep that a check run shows its end, or that there is none.

    Args:
        database: The database.
        row: The row's number.

    Raises:
        DatabaseAway: The database is away.
    """
    await _marked(database, posts.c.id == row)


async def job_concluded(database: Database, job_id: int) -> None:
    """Keep that the check run of a job shows its end.

    Args:
        database: The database.
        job_id: The job.

    Raises:
        DatabaseAway: The database is away.
    """
    await _marked(database, (posts.c.job_id == job_id) & (posts.c.kind == "check"))


async def _marked(database: Database, which: ColumnElement[bool]) -> None:
    async with database.single() as connection:
        await connection.execute(
            update(posts).where(which, posts.c.concluded_at.is_(None)).values(concluded_at=func.now())
        )


async def forget_concluded(connection: AsyncConnection, job_id: int) -> None:
    """Forget a check run that shows its end already: a job that is taken up again shows another one.

    Args:
        connection: Inside the transaction that takes it up.
        job_id: The job.
    """
    await connection.execute(
        posts.delete().where(
            posts.c.job_id == job_id, posts.c.kind == "check", posts.c.concluded_at.is_not(None)
        )
    )
