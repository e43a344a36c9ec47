"""What was done long ago is forgotten: figures first, then the work itself."""

from __future__ import annotations

from sqlalchemy import delete, null, update

from codeflash_github_app.db.tables import jobs, posts
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database

FIGURES_DAYS = 30.0
"""How long a job's figures are shown."""
JOBS_DAYS = 180.0
"""How long a job that has ended is known."""
DAY = 86_400.0


async def forget_jobs(database: Database) -> None:
    """Remove figures of jobs that ended long ago, and later these jobs and what they posted.

    A post that is not known any more is found on GitHub by the sign in it, should it be needed again.

    Args:
        database: The database.

    Raises:
        DatabaseAway: The database is away.
    """
    ended = jobs.c.state.not_in(("waiting", "running"))
    async with database.begin() as connection:
        figures = ended, jobs.c.finished_at <= ago(FIGURES_DAYS * DAY), jobs.c.result.is_not(None)
        await connection.execute(update(jobs).where(*figures).values(result=null()))
        await connection.execute(delete(jobs).where(ended, jobs.c.finished_at <= ago(JOBS_DAYS * DAY)))
        await connection.execute(
            delete(posts).where(posts.c.job_id.is_(None), posts.c.made_at <= ago(JOBS_DAYS * DAY))
        )
