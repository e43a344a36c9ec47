"""One job on another machine: started once, followed through broken connections, fetched, and cleared away."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from importlib.resources import files
from typing import TypeVar

from attrs import frozen

from codeflash_core.errors import PrerequisiteError, StageError
from codeflash_core.git.repository import Repository
from codeflash_core.pipeline.events import Listener, Progressed
from codeflash_core.runners.connection import Connection, ConnectionLost
from codeflash_core.runners.syncing import push

T = TypeVar("T")
SCRIPTS = files("codeflash_core.runners")
INSTALL = {"codeflash": "Install codeflash there, or set CODEFLASH in ~/.codeflash/machine.env there."}
REFUSED = {
    "look": "it can't be seen what is there",
    "ready": "no repository can be made there",
    "start": "the job can't be started",
    "remove": "what is left of the job can't be taken away",
    "stop": "the job can't be stopped",
}
"""What it means when a part of the script there fails."""
NO_SUCH_FILE = 4
"""How ``fetch`` ends where there is nothing to fetch."""
STOPPED = 143
"""The exit status of a job that was told to stop."""
SETTLED = ["setup", "done"]
"""The words of the line that tells that the setup is over."""


@frozen
class Patience:
    """How long a broken connection is tried again.

    Attributes:
        first: Seconds before the second try; they double from try to try.
        most: Longest pause, in seconds.
        total: Seconds of pauses after which it is given up.
    """

    first: float = 1.0
    most: float = 30.0
    total: float = 900.0


@frozen
class Job:
    """What is run there.

    Attributes:
        project: Name of the project's repository there.
        prefix: The project's folder in the repository, with a slash at its end; empty at the top.
        base: The first commit.
        head: The second commit, whose files are checked out.
        words: Options of ``compare``.
        setup: A command that is run in the checkout before, such as one that makes its environment; empty for none.
        python: The interpreter there; found when empty.
        who: Whom others wait for.
        client: Tells one folder of one machine from others: the same request from elsewhere is another job.
    """

    project: str
    prefix: str
    base: str
    head: str
    words: tuple[str, ...] = ()
    setup: str = ""
    python: str = ""
    who: str = ""
    client: str = ""

    @property
    def id(self) -> str:
        """Its name there: the same request has the same one, so that it is found again."""
        told = [
            self.project,
            self.prefix,
            self.base,
            self.head,
            self.words,
            self.setup,
            self.python,
            self.client,
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the script there takes."""
        return (
            self.who, self.project, self.prefix, self.base, self.head, self.setup, self.python, *self.words,
        )  # fmt: skip


@frozen
class Seen:
    """What the machine says of itself and of a job.

    Attributes:
        version: What its codeflash calls itself.
        state: ``absent``, ``running``, ``finished`` or ``dead``.
        settled: Whether its setup is over, so that it needs no keys any more.
    """

    version: str
    state: str
    settled: bool = False


@frozen
class Ended:
    """A job that has ended.

    Attributes:
        status: Its exit status.
        out: What it printed.
        last_words: The last line of its progress.
        version: What the codeflash there calls itself.
    """

    status: int
    out: bytes
    last_words: str
    version: str


class RemoteRun:
    """Runs one job on one machine."""

    def __init__(
        self, connection: Connection, job: Job, emit: Listener, patience: Patience | None = None
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            connection: The machine.
            job: The job.
            emit: Hears of progress.
            patience: How long a broken connection is tried again.
        """
        self._connection = connection
        self._job = job
        self._emit = emit
        self._patience = patience or Patience()
        self._script = (SCRIPTS / "runner.sh").read_text(encoding="utf-8")
        self._last_words = ""
        self.begun = False
        """Whether the job may be there, so that it goes on when this process ends."""

    @property
    def id(self) -> str:
        """The job's name there."""
        return self._job.id

    @property
    def _where(self) -> str:
        return str(self._connection.destination)

    async def run(self, repository: Repository, version: str = "") -> Ended:
        """Start the job, or find it, and stay with it until it ends; it stays there until :meth:`clear`.

        Args:
            repository: Where the commits are.
            version: What codeflash calls itself here, whose answers can be read; a job is started there under no other.
                Any when empty.

        Raises:
            ConnectionLost: The machine can't be reached, or no longer; a job that was started goes on.
            PrerequisiteError: Something is missing here or there, or the versions differ.
            StageError: The job died, or was taken away.
        """
        seen = await self.look()
        if seen.state in ("absent", "dead"):
            if version and seen.version != version:
                raise PrerequisiteError(
                    f"there is {seen.version} on {self._where}, and {version} here",
                    "Install the same version in both places: an answer of another one may not be understood.",
                )
            await self._start(repository)
            await self._follow(lend=bool(self._job.setup))
        else:
            self.begun = True
            self._say("this comparison is there already: attached to it")
            await self._follow(lend=self._lends(seen))
        ended = await self._persist(self._fetch)
        return Ended(*ended, self._last_words, seen.version)

    async def look(self) -> Seen:
        """What the machine says.

        Raises:
            ConnectionLost: It can't be reached.
            PrerequisiteError: Something is missing there.
        """
        told = dict(line.partition(" ")[::2] for line in (await self._ask("look", self._job.id)).splitlines())
        if "missing" in told:
            name = told["missing"]
            raise PrerequisiteError(
                f"there is no {name} on {self._where}", INSTALL.get(name, f"Install {name} there.")
            )
        return Seen(told.get("version", ""), told.get("state", "absent"), "settled" in told)

    async def clear(self) -> None:
        """Take away what is there of the job, which has ended."""
        await self._persist(lambda: self._ask("remove", self._job.id))
        self.begun = False

    async def stop(self) -> str:
        """End the job and take it away; gives how it ended: ``absent`` when there was none."""
        await self.look()
        told = await self._persist(lambda: self._ask("stop", self._job.id))
        self.begun = False
        return told.removeprefix("state ").strip()

    async def _start(self, repository: Repository) -> None:
        job = self._job
        await self._persist(lambda: self._ask("ready", job.project, job.id))
        self._say(f"pushing two commits to {self._where}")
        commits = {"base": job.base, "head": job.head}
        await self._persist(lambda: push(self._connection, repository, job.project, job.id, commits))
        self.begun = True
        script = (SCRIPTS / "job.sh").read_text(encoding="utf-8")
        # Twice does no harm: what is there already is left alone.
        await self._persist(lambda: self._ask("start", job.id, script, *job.arguments))

    async def _follow(self, *, lend: bool) -> None:
        """Tell what the job says until it has ended.

        Args:
            lend: Whether the setup may use the agent's keys; it ends with the setup.
        """
        heard, pause = 0, 0.0
        while True:
            before = heard
            try:
                async with contextlib.aclosing(self._lines(heard, lend=lend)) as lines:
                    async for line in lines:
                        heard += len(line) + 1
                        self._tell(line.decode("utf-8", "replace"))
            except ConnectionLost as problem:
                self._say(f"{problem.message}; the job goes on there")
            seen = await self._persist(self.look)
            if seen.state == "finished":
                return
            if seen.state != "running":
                raise await self._gone(seen.state)
            lend = self._lends(seen)
            # Streams that end at once, as when the job lost its shell and measures on, are not asked for in a tight loop.
            pause = 0.0 if heard > before else min(max(2 * pause, self._patience.first), self._patience.most)
            await asyncio.sleep(pause)

    async def _lines(self, heard: int, *, lend: bool) -> AsyncGenerator[bytes, None]:
        """The whole lines that one connection brings, without their ends; one that lends keys ends with the setup."""
        words = ("follow", self._job.id, str(heard))
        rest = b""
        async with contextlib.aclosing(self._connection.stream(self._script, *words, agent=lend)) as chunks:
            async for chunk in chunks:
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    yield line
                    if lend and line.decode("utf-8", "replace").split() == SETTLED:
                        return

    def _lends(self, seen: Seen) -> bool:
        return bool(self._job.setup) and seen.state == "running" and not seen.settled

    async def _gone(self, state: str) -> StageError:
        if state == "dead":
            await self.clear()
            why = "the machine was restarted, or somebody ended it"
        else:
            why = "somebody else fetched it, or took it away"
        self.begun = False
        return StageError(
            "measure",
            f"the job on {self._where} is gone: {why}",
            "Run the same command again to measure anew.",
        )

    async def _fetch(self) -> tuple[int, bytes]:
        said = await self._connection.run(self._script, "fetch", self._job.id)
        if said.code == NO_SUCH_FILE:
            raise await self._gone("absent")
        head, _, out = said.out.partition(b"\n")
        words = head.split()
        if said.code or len(words) != 2 or len(out) != int(words[1]):
            raise ConnectionLost(f"the result on {self._where} came in part only")
        return int(words[0]), out

    async def _ask(self, *words: str) -> str:
        said = await self._connection.run(self._script, *words)
        if said.code:
            raise StageError("connect", f"{self._where}: {REFUSED[words[0]]}: {said.why}")
        return said.out.decode("utf-8", "replace")

    async def _persist(self, step: Callable[[], Awaitable[T]]) -> T:
        """Do something again and again while the connection is broken; at once where nothing has begun."""
        pause, waited = self._patience.first, 0.0
        while True:
            try:
                return await step()
            except ConnectionLost as problem:
                if waited >= self._patience.total:
                    raise
                self._say(f"{problem.message}; next try in {pause:.0f} s")
            await asyncio.sleep(pause)
            waited += pause
            pause = min(2 * pause, self._patience.most)

    def _tell(self, line: str) -> None:
        stage, _, message = line.partition(" ")
        if line.strip():
            self._last_words = message.strip() or stage
            self._emit(Progressed(stage, "", message.strip()))

    def _say(self, message: str) -> None:
        self._emit(Progressed("connect", "", message))
