"""One run of a user's own command: its time, its exit code. Nothing is confined here: it is what the user would type."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Protocol

from attrs import frozen

from codeflash_core.errors import PrerequisiteError, StageError, UsageError

PATIENCE_SECONDS = 600.0
"""A command that takes longer is ended."""


@frozen
class CommandRun:
    """What one run took.

    Attributes:
        wall_ns: Wall time in nanoseconds.
        cpu_ns: Processor time of the command and of what it waited for.
        code: The exit code; negative for a signal.
    """

    wall_ns: float
    cpu_ns: float
    code: int


class Runs(Protocol):
    """Where commands run: as they are, or in a sandbox."""

    async def run(self, words: tuple[str, ...]) -> CommandRun:
        """Run one command to its end."""
        ...


class Runner:
    """Runs commands in a folder, each in a process group of its own that ends with it."""

    def __init__(self, folder: Path, *, patience: float = PATIENCE_SECONDS) -> None:
        """Make it.

        Args:
            folder: Where commands start.
            patience: Seconds after which a command is ended.
        """
        self._folder = folder
        self._patience = patience

    async def run(self, words: tuple[str, ...]) -> CommandRun:
        """Run one command to its end; it is killed with all that it started when this is cancelled.

        Raises:
            UsageError: There is no such program, or it can't be run.
            PrerequisiteError: This system has no way to time a child.
            StageError: It took too long.
        """
        if not hasattr(os, "wait4"):
            raise PrerequisiteError(
                "commands can't be timed on this system", "Use a system with wait4, such as Linux."
            )
        child = self._start(words)
        waiting = asyncio.get_running_loop().create_future()
        loop = asyncio.get_running_loop()

        def wait() -> None:
            begun_at = child.begun
            _, status, usage = os.wait4(child.process.pid, 0)
            wall = time.perf_counter_ns() - begun_at
            child.process.returncode = os.waitstatus_to_exitcode(status)
            run = CommandRun(wall, (usage.ru_utime + usage.ru_stime) * 1e9, child.process.returncode)
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, waiting, run)

        thread = threading.Thread(target=wait, daemon=True, name="codeflash-command")
        thread.start()
        try:
            run: CommandRun = await asyncio.wait_for(asyncio.shield(waiting), self._patience)
        except TimeoutError:
            raise StageError(
                "measure",
                f"a command took longer than {self._patience:.0f} s: {' '.join(words)}",
                "Give it less to do.",
            ) from None
        finally:
            _kill_group(child.process.pid)
            thread.join()
        return run

    def _start(self, words: tuple[str, ...]) -> _Child:
        try:
            begun = time.perf_counter_ns()
            process = subprocess.Popen(
                words,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except FileNotFoundError as problem:
            raise UsageError(f"there is no program {words[0]}", "Give its path, or use --shell.") from problem
        except (OSError, ValueError) as problem:
            raise UsageError(f"{words[0]} can't be run: {problem}") from problem
        return _Child(process, begun)


@frozen
class _Child:
    process: subprocess.Popen[bytes]
    begun: int


def _settle(waiting: asyncio.Future[CommandRun], run: CommandRun) -> None:
    if not waiting.done():
        waiting.set_result(run)


def _kill_group(group: int) -> None:
    """End what is left of a command, in the background too."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
