"""One job on one commit: what it may ask GitHub for, and how it shows what it does."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from attrs import evolve, frozen

from codeflash_core.errors import CodeflashError, GitHubError
from codeflash_core.github import checks
from codeflash_core.github.api import GitHub
from codeflash_core.github.checks import CheckOutput, CheckRun
from codeflash_core.github.values import PullRequest
from codeflash_github_app.jobs.host import Host, Job, State
from codeflash_github_app.orders import OptimizePull, Repository
from codeflash_github_app.posts.checking import Verdict
from codeflash_github_app.posts.publisher import Posted, Publisher
from codeflash_postgres.errors import DatabaseAway

CHECKS = {"checks": "write", "pull_requests": "read"}
COMMENTS = {"pull_requests": "write"}


class GivenUp(CodeflashError):
    """A job ends before its work is done, and that is as it should be.

    Attributes:
        state: How it ends.
    """

    code = "given-up"

    def __init__(self, state: State, why: str) -> None:
        super().__init__(why)
        self.state = state


@frozen
class Case:
    """A job and the commit that it is about.

    Attributes:
        host: The machine.
        job: The job.
        key: Names everything that it posts.
        name: The check run's name.
        commit: The commit.
        number: The pull request's number; 0 when it is about a push.
    """

    host: Host
    job: Job
    key: str
    name: str
    commit: str
    number: int = 0

    @property
    def repository(self) -> Repository:
        """Where it is."""
        return self.job.order.repository

    @property
    def folder(self) -> Path:
        """The job's own folder; a job that is taken up again finds what it did."""
        return self.host.folder / "jobs" / str(self.job.id)

    @property
    def publisher(self) -> Publisher:
        """Posts things once."""
        return Publisher(self.host.posts(self.repository, self.job.id), self.host.patience)

    async def begin(self, output: CheckOutput) -> Posted:
        """Show a check run that is in progress, once.

        Raises:
            GitHubError: GitHub refuses, or does not answer.
        """
        name = self.repository.name
        external = f"codeflash:{self.key}"
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        create = checks.create_check_call(name, self.name, self.commit, external, output, started)

        def posted(each: CheckRun) -> Posted:
            return Posted(f"check:{self.key}", "check", self.commit, each.id, each.url)

        async with self.host.speaking(self.repository, CHECKS) as github:

            async def find() -> Posted | None:
                for each in await checks.check_runs(github, name, self.commit, self.name):
                    # One that is completed belongs to an earlier time that the job was carried out.
                    open_ = each.status != "completed"
                    if open_ and each.external_id == external and each.app in (0, self.host.app):
                        return posted(each)
                return None

            async def make() -> Posted:
                return posted(await checks.send_check(github, create))

            wanted = Posted(f"check:{self.key}", "check", self.commit)
            return await self.publisher.once(wanted, find, make)

    async def conclude(self, check: Posted, verdict: Verdict) -> None:
        """Show how it ended; of a check run that shows it already nothing is changed, since annotations would be added again.

        Raises:
            GitHubError: GitHub refuses, or does not answer.
        """
        name = self.repository.name
        call = checks.update_check_call(name, check.number, verdict.output, verdict.conclusion)
        async with self.host.speaking(self.repository, CHECKS) as github:

            async def completed() -> None:
                present = await checks.check_run(github, name, check.number)
                if present.status != "completed":
                    await checks.send_check(github, call)

            await self.publisher.change(completed)

    async def pull(self, github: GitHub | None = None) -> PullRequest:
        """The pull request as it is now.

        Raises:
            GitHubError: GitHub refuses, or does not answer.
        """
        if github is not None:
            shown = github
            return await self.host.patience.asked(lambda: shown.pull(self.repository.name, self.number))
        async with self.host.speaking(self.repository, CHECKS) as speaking:
            return await self.pull(speaking)

    async def still_wanted(self) -> PullRequest | None:
        """The pull request, while it is open and at the commit; None of a push.

        Raises:
            GivenUp: It is not, or somebody asked to stop.
            GitHubError: GitHub refuses, or does not answer.
        """
        asked = await self.host.jobs.asked_to_end(self.job.id)
        if asked is not None:
            raise GivenUp(asked, "It was stopped" if asked == "stopped" else "A newer commit took its place")
        if not self.number:
            return None
        pull = await self.pull()
        if pull.state != "open":
            raise GivenUp("stopped", "The pull request was closed")
        if pull.head_commit != self.commit:
            # Whichever delivery came last, or was lost: the head that is seen has a job.
            if isinstance(self.job.order, OptimizePull) and not pull.draft:
                await self.host.jobs.ensure(
                    evolve(self.job.order, head=pull.head_commit, again="", author="")
                )
            raise GivenUp("superseded", "A newer commit took its place")
        return pull

    def watch(self) -> Callable[[], Awaitable[None]]:
        """Looks again and again whether the job is still wanted; raises :class:`GivenUp` when it is not."""

        async def watched() -> None:
            limits = self.host.limits
            looked = time.monotonic()
            while True:
                await asyncio.sleep(limits.watch_seconds)
                # GitHub or the database is away: the work goes on, and it is looked again.
                with contextlib.suppress(GitHubError, DatabaseAway):
                    asked = await self.host.jobs.asked_to_end(self.job.id)
                    if asked is not None or time.monotonic() - looked >= limits.look_seconds:
                        looked = time.monotonic()
                        await self.still_wanted()

        return watched
