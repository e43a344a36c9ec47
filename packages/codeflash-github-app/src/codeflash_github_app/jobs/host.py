"""What jobs need of the machine that they run on, and of what outlives them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from attrs import field, frozen

from codeflash_core.errors import CodeflashError, GitHubError, PrerequisiteError
from codeflash_core.github.access import Access
from codeflash_core.github.api import GitHub
from codeflash_github_app.jobs.engine import Engine
from codeflash_github_app.orders import OptimizePull, Repository, Work
from codeflash_github_app.patience import Patience
from codeflash_github_app.posts.publisher import PostBook
from codeflash_github_app.remotes import Remote
from codeflash_github_app.tokens.installations import InstallationTokens, Permissions

State = Literal["done", "failed", "stopped", "superseded"]


@frozen
class Job:
    """An order that is carried out.

    Attributes:
        id: Its number.
        order: What is to be done.
        open: Whether it has not come to an end yet.
    """

    id: int
    order: Work
    open: bool = True


@frozen
class Ended:
    """How a job ended.

    Attributes:
        state: In a word.
        outcome: The check run's conclusion; empty when there is none.
        message: A sentence for people.
        result: The engine's documents by command; empty when it did not answer.
    """

    state: State
    outcome: str = ""
    message: str = ""
    result: Mapping[str, Any] = field(factory=dict)


class Lost(CodeflashError):
    """A job is somebody else's by now: nothing more is posted for it here."""

    code = "lost"


class JobBook(Protocol):
    """The jobs, kept where they outlive us."""

    async def find(self, job: int) -> Job | None:
        """A job; None when it is not known any more."""
        ...

    async def asked_to_end(self, job: int) -> State | None:
        """The state that a running job is asked to end in; None when it may go on.

        Raises:
            Lost: It is somebody else's by now.
        """
        ...

    async def finish(self, job: int, ended: Ended) -> None:
        """Keep how it ended."""
        ...

    async def ensure(self, work: OptimizePull) -> None:
        """See that the head of a pull request has a job, unless it had one that was not superseded."""
        ...


@frozen
class Limits:
    """How much a job may take.

    Attributes:
        repository_bytes: Largest repository, as it lies on the disk.
        clone_seconds: Time to fetch it.
        function_seconds: Largest budget of one function.
        functions: Most functions of a job, whatever the repository asks for.
        job_seconds: Time for a job from its beginning to its end, waiting for the engine's turn included.
        extra_seconds: Time of the engine beyond its budgets: recording, checks, waiting for its turn.
        watch_seconds: How often it is looked whether a job should end.
        look_seconds: How often GitHub is asked whether the pull request's branch was moved.
    """

    repository_bytes: int = 1 << 30
    clone_seconds: float = 900.0
    function_seconds: float = 300.0
    functions: int = 50
    job_seconds: float = 7200.0
    extra_seconds: float = 900.0
    watch_seconds: float = 2.0
    look_seconds: float = 60.0


@frozen
class Host:
    """The machine that jobs run on.

    Attributes:
        url: GitHub's API.
        site: Where GitHub's repositories are fetched from.
        app: The app's id: only what it posted itself is taken for its own.
        bot: The login under which it posts, such as ``codeflash[bot]``.
        folder: Where jobs have their folders.
        interpreter: What runs a repository's code where it has no interpreter of its own.
        interpreters: Folder with ``OWNER/REPO/bin/python`` for repositories that need packages; None where there is none.
        tokens: Gives tokens.
        jobs: The jobs.
        posts: What was posted, of a repository and for a job.
        engine: Runs the engine.
        patience: How long GitHub is asked again.
        limits: How much a job may take.
    """

    url: str
    site: str
    app: int
    bot: str
    folder: Path
    interpreter: Path
    tokens: InstallationTokens
    jobs: JobBook
    posts: Callable[[Repository, int], PostBook]
    engine: Engine
    interpreters: Path | None = None
    patience: Patience = field(factory=Patience)
    limits: Limits = field(factory=Limits)

    def is_bot(self, author: str) -> bool:
        """Whether an author is the app itself; GitHub keeps the case in which its name was written."""
        return bool(self.bot) and author.casefold() == self.bot.casefold()

    @contextlib.asynccontextmanager
    async def speaking(self, repository: Repository, permissions: Permissions) -> AsyncIterator[GitHub]:
        """GitHub's API with a token that can do no more than is named.

        Raises:
            GitHubError: There is no token.
        """
        async with (
            self._token(repository, permissions) as token,
            GitHub(Access(self.url, token)) as github,
        ):
            yield github

    @contextlib.asynccontextmanager
    async def remote(
        self, repository: Repository, permission: Literal["read", "write"]
    ) -> AsyncIterator[Remote]:
        """Where the repository is fetched from and pushed to.

        Raises:
            GitHubError: There is no token.
        """
        async with self._token(repository, {"contents": permission}) as token:
            yield Remote(f"{self.site}/{repository.name}.git", token)

    @contextlib.asynccontextmanager
    async def _token(self, repository: Repository, permissions: Permissions) -> AsyncIterator[str]:
        """A token; one that GitHub does not know any more is dropped, and the work is done with another one later."""
        token = await self.patience.asked(lambda: self.tokens.token(repository, permissions))
        try:
            yield token
        except GitHubError as problem:
            if problem.status != 401:
                raise
            self.tokens.drop(token)
            raise GitHubError(problem.message, problem.hint, 401, passing=True) from problem

    def interpreter_for(self, repository: Repository) -> Path:
        """What runs a repository's code; it is of the host's choice, never of the repository's.

        Raises:
            PrerequisiteError: It is not there.
        """
        own = self.interpreters / repository.name / "bin" / "python" if self.interpreters else None
        chosen = own if own is not None and own.is_file() else self.interpreter
        if not chosen.is_file():
            raise PrerequisiteError(
                "there is no Python environment for this repository on the app's machine",
                f"Whoever hosts the app can make one: see “Python environments” in its guide, for {repository.name}.",
            )
        return chosen
