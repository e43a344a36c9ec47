"""The books that jobs read and write, kept in the database."""

from __future__ import annotations

from codeflash_github_app.db import checks, jobs, ordering, posts
from codeflash_github_app.db.posts import Post
from codeflash_github_app.jobs.host import Ended, Job, Lost, State
from codeflash_github_app.orders import OptimizePull
from codeflash_github_app.posts.publisher import Posted
from codeflash_postgres.database import Database


class HeldJob:
    """The book of the one job that this worker holds: nobody else's can be changed with it.

    Attributes:
        told_to_end: Whether the job has heard that it shall end.
    """

    def __init__(self, database: Database, job: jobs.Job) -> None:
        """Open it.

        Args:
            database: The database.
            job: The job, claimed.
        """
        self._database, self._job = database, job
        self.told_to_end = False

    async def find(self, job: int) -> Job | None:
        """The job; it is open while it is this worker's."""
        if job != self._job.id:
            return None
        held = await jobs.stop_requested(self._database, self._job) != jobs.LOST
        return Job(job, self._job.work, held)

    async def asked_to_end(self, job: int) -> State | None:
        """The state that it is asked to end in; None when it may go on.

        Raises:
            Lost: It is somebody else's by now.
        """
        del job
        asked = await jobs.stop_requested(self._database, self._job)
        if not asked:
            return None
        if asked == jobs.LOST:
            raise Lost("another worker has the job by now")
        self.told_to_end = True
        return "superseded" if asked == "superseded" else "stopped"

    async def finish(self, job: int, ended: Ended) -> None:
        """Keep how it ended, unless it was wanted again after it had heard that it should end."""
        del job
        if self.told_to_end and ended.state in ("stopped", "superseded"):
            held = await jobs.end(self._database, self._job) != jobs.LOST
        else:
            held = await jobs.finish(
                self._database,
                self._job,
                ended.state,
                outcome=ended.outcome,
                message=ended.message,
                result=ended.result or None,
            )
        # A job has an outcome when its check run shows it. Where this is not kept, the check run is looked at once more.
        if held and ended.outcome:
            await checks.job_concluded(self._database, self._job.id)

    async def ensure(self, work: OptimizePull) -> None:
        """See that the head of a pull request has a job, unless it had one that was not superseded.

        The sweep finds it soon.
        """
        await ordering.ensure(self._database, work)


class PostRows:
    """What was posted in one repository, and by which job."""

    def __init__(self, database: Database, repository_id: int, job_id: int) -> None:
        """Open it.

        Args:
            database: The database.
            repository_id: The repository.
            job_id: The job that posts.
        """
        self._database, self._repository, self._job = database, repository_id, job_id

    async def find(self, key: str) -> Posted | None:
        """What is known under a key; None when nothing is."""
        post = await posts.find(self._database, self._repository, key)
        return None if post is None else Posted(post.key, post.kind, post.place, post.number, post.url)

    async def intend(self, posted: Posted) -> None:
        """Keep that it is about to be posted; what is known already under the key stays."""
        await posts.intend(self._database, self._repository, _post(posted), self._job)

    async def keep(self, posted: Posted) -> None:
        """Keep that it stands on GitHub."""
        await posts.keep(self._database, self._repository, _post(posted), self._job)


def _post(posted: Posted) -> Post:
    return Post(posted.key, posted.kind, posted.place, posted.number, posted.url)
