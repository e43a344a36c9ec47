"""What the status pages read. Lists leave the documents of results where they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import Row, Select, func, select

from codeflash_github_app.db.tables import installations, jobs, posts, repositories
from codeflash_github_app.status.values import PAGE, Filter, JobDetail, JobLine, RepositoryLine
from codeflash_postgres.database import Database

MOST_POSTS = 100
_LINE = (
    jobs.c.id,
    jobs.c.kind,
    jobs.c.repository_name,
    jobs.c.number,
    jobs.c.head,
    jobs.c.state,
    jobs.c.created_at,
    jobs.c.started_at,
    jobs.c.finished_at,
    jobs.c.outcome,
    jobs.c.attempts,
)


@frozen
class StatusTables:
    """The tables, as the pages read them.

    Attributes:
        database: The database.
    """

    database: Database

    async def repositories(self, after: str) -> Sequence[RepositoryLine]:
        """Repositories by name, a page of them and one more behind a name.

        Args:
            after: The last name of the page before; empty for the first page.

        Raises:
            DatabaseAway: The database is away.
        """
        counted = (
            select(
                func.count().label("jobs"),
                func.count().filter(jobs.c.state.in_(("waiting", "running"))).label("unfinished"),
            )
            .where(jobs.c.repository_id == repositories.c.id)
            .lateral()
        )
        statement = (
            select(repositories, installations.c.account, installations.c.suspended, counted)
            .join(installations, installations.c.id == repositories.c.installation)
            .join(counted, counted.c.jobs >= 0)
            .where(repositories.c.removed_at.is_(None))
            .order_by(repositories.c.name.collate("C"), repositories.c.id)
            .limit(PAGE + 1)
        )
        if after:
            statement = statement.where(repositories.c.name.collate("C") > after)
        return [
            RepositoryLine(
                row.id, row.name, row.account, row.suspended, row.added_at, row.jobs, row.unfinished
            )
            for row in await self._all(statement)
        ]

    async def jobs(self, wanted: Filter) -> Sequence[JobLine]:
        """Jobs, the newest first: a page of them, and one more where there are more.

        Args:
            wanted: Which.

        Raises:
            DatabaseAway: The database is away.
        """
        statement = select(*_LINE).order_by(jobs.c.id.desc()).limit(PAGE + 1)
        if wanted.state:
            statement = statement.where(jobs.c.state == wanted.state)
        if wanted.kind:
            statement = statement.where(jobs.c.kind == wanted.kind)
        if wanted.repository:
            statement = statement.where(func.lower(jobs.c.repository_name) == wanted.repository.lower())
        if wanted.before:
            statement = statement.where(jobs.c.id < wanted.before)
        return [_line(row) for row in await self._all(statement)]

    async def job(self, number: int) -> JobDetail | None:
        """One job, or None.

        Args:
            number: Its number.

        Raises:
            DatabaseAway: The database is away.
        """
        found = await self._all(select(*_LINE, jobs.c.message, jobs.c.result).where(jobs.c.id == number))
        if not found:
            return None
        (row,) = found
        made = await self._all(
            select(posts.c.kind, posts.c.url)
            .where(posts.c.job_id == number, posts.c.url != "")
            .order_by(posts.c.id)
            .limit(MOST_POSTS)
        )
        result = row.result if isinstance(row.result, dict) else {}
        return JobDetail(_line(row), row.message, result, tuple((each.kind, each.url) for each in made))

    async def _all(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        async with self.database.single() as connection:
            found: Sequence[Row[Any]] = (await connection.execute(statement)).all()
        return found


def _line(row: Row[Any]) -> JobLine:
    return JobLine(
        id=row.id,
        kind=row.kind,
        repository=row.repository_name,
        number=row.number,
        head=row.head or "",
        state=row.state,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=row.outcome,
        attempts=row.attempts,
    )
