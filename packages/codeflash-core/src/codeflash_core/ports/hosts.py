"""Where work runs: here, on a machine over SSH, on a cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from attrs import field, frozen

from codeflash_core.model.side import Side


@frozen
class Program:
    """How a worker process is started inside the sandbox.

    Attributes:
        argv: The command; the first word is the interpreter.
        folders: Read-only folders it needs: path on the host, path inside.
        prefixes: Folders of the interpreter and its packages, shown at their own place.
        environment: Variables to set.
        setup: Requests sent to a fresh process before its first unit of work. The text ``{root}`` stands for
            the project's root as the process sees it; ``{folder:N}`` for the N-th folder.
    """

    argv: tuple[str, ...]
    folders: tuple[tuple[Path, str], ...] = ()
    prefixes: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(factory=dict)
    setup: tuple[Mapping[str, Any], ...] = ()

    @property
    def key(self) -> str:
        """Equal programs have equal keys."""
        return repr((self.argv, self.folders, self.prefixes, sorted(self.environment.items()), self.setup))


@frozen
class Work:
    """One unit of work: plain data and content-addressed inputs.

    Attributes:
        side: Which version of the project it runs in.
        program: The worker.
        request: What is asked, plain JSON.
        blobs: Binary inputs.
        warm: Whether a process that has served the same side and program before may serve it.
        wall_seconds: Time limit.
    """

    side: Side
    program: Program
    request: Mapping[str, Any]
    blobs: tuple[bytes, ...] = ()
    warm: bool = True
    wall_seconds: float = 60.0


@frozen
class Failure:
    """Why a unit of work has no answer.

    Attributes:
        kind: ``timeout``, ``crash``, ``memory``, ``processes``, ``output``, ``protocol``, ``import``...
        detail: What was seen.
        at: Index of the item being worked on, or -1.
    """

    kind: str
    detail: str = ""
    at: int = -1


@frozen
class Answer:
    """What came back. The data come from a process that ran foreign code: check before use.

    Attributes:
        data: Plain JSON.
        blobs: Binary results; never unpickled outside a sandbox.
        failure: Why there are no data, or None.
        cpu_seconds: CPU time that the host saw the process use.
    """

    data: Mapping[str, Any] = field(factory=dict)
    blobs: tuple[bytes, ...] = ()
    failure: Failure | None = None
    cpu_seconds: float = 0.0


class Conversation(Protocol):
    """A process of its own that is asked one thing after the other."""

    async def ask(self, request: Mapping[str, Any], wall_seconds: float) -> Answer:
        """Ask the process; once it has failed, every further answer is a failure."""
        ...


class Host(Protocol):
    """Runs units of work."""

    async def run(self, work: Work) -> Answer:
        """Run one unit; every failure of the foreign code is part of the answer."""
        ...

    async def ready(self, fresh: Sequence[tuple[Side, Program]], wall_seconds: float) -> None:
        """Start processes for units of work that are not warm and will be asked for next.

        Whatever was started so and is not named again is ended.

        Args:
            fresh: Side and program of each unit.
            wall_seconds: How long they may live.
        """
        ...

    def converse(
        self, side: Side, program: Program, wall_seconds: float
    ) -> AbstractAsyncContextManager[Conversation]:
        """A fresh process that goes on from one question to the next; it ends with the context.

        Args:
            side: Which version of the project it runs in.
            program: The worker.
            wall_seconds: How long it may live.
        """
        ...

    async def discard(self, side: Side) -> None:
        """Forget a side: its warm processes and its files."""
        ...

    async def close(self) -> None:
        """Stop every process and remove every file."""
        ...
