"""What a worker has at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from attrs import field, frozen

from codeflash_github_app.db.jobs import Job
from codeflash_github_app.jobs.engine import Engine
from codeflash_github_app.jobs.host import Host, Limits
from codeflash_github_app.orders import Repository
from codeflash_github_app.queue.books import HeldJob, PostRows
from codeflash_github_app.queue.broker import Queue
from codeflash_github_app.queue.timing import Timing
from codeflash_github_app.settings import Settings
from codeflash_github_app.tokens.installations import InstallationTokens
from codeflash_postgres.database import Database

Run = Callable[[int, Host], Awaitable[None]]
"""Carries a job out, and notes in the book of jobs how it ended.

It raises GitHubError where GitHub does not answer for now: the job is taken up again then. It is cancelled when the worker
ends, or when the job is somebody else's by now.
"""


@frozen
class House:
    """What a worker has at hand.

    Attributes:
        settings: The settings.
        database: Connections.
        queue: Where work is put.
        run: Carries a job out.
        tokens: Gives tokens, and keeps them.
        timing: How soon dead workers are noticed.
    """

    settings: Settings
    database: Database
    queue: Queue
    run: Run
    tokens: InstallationTokens
    timing: Timing = field(factory=Timing)

    def host_of(self, job: Job) -> Host:
        """The machine as one job sees it.

        Args:
            job: The job, claimed.
        """
        settings = self.settings

        def posts(repository: Repository, job_id: int) -> PostRows:
            return PostRows(self.database, repository.id, job_id)

        return Host(
            url=settings.api,
            site=settings.site,
            app=settings.app,
            bot=settings.bot,
            folder=settings.data,
            interpreter=settings.python,
            interpreters=settings.pythons,
            tokens=self.tokens,
            jobs=HeldJob(self.database, job),
            posts=posts,
            engine=Engine(turns=settings.data),
            limits=Limits(
                repository_bytes=settings.repository_mib << 20,
                function_seconds=settings.budget,
                functions=settings.functions,
                job_seconds=settings.job_time,
            ),
        )


def tokens_of(settings: Settings) -> InstallationTokens:
    """Tokens of the app that the settings name.

    Args:
        settings: The settings.
    """
    return InstallationTokens(settings.api, settings.app, settings.private_key)
