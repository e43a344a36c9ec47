"""From a command's options to plain words, and how its work is run to the end."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import stat
import sys
from collections.abc import Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from codeflash_cli import __version__
from codeflash_core.pipeline import opening
from codeflash_core.pipeline.ending import how_ended
from codeflash_core.pipeline.opening import Asked, Opened
from codeflash_core.pipeline.session import Request
from codeflash_core.ports.language import Query
from codeflash_core.ports.sources import Source
from codeflash_core.records.runs import RunState

T = TypeVar("T")


def asked_by(options: argparse.Namespace, names: tuple[str, ...]) -> Asked:
    """What the options ask for, in plain words.

    Args:
        options: The command's options.
        names: The targets as they were named.
    """
    return Asked(
        folder=Path.cwd(),
        targets=names,
        everything=bool(getattr(options, "everything", False)),
        changed_since=getattr(options, "diff", None) or "",
        script=getattr(options, "script", None) or "",
        workload=getattr(options, "workload", None) or "",
        settings={
            "tests": getattr(options, "tests", None),
            "budget": getattr(options, "budget", None),
            "sandbox": getattr(options, "sandbox", None),
            "float-tolerance": getattr(options, "float_tolerance", None),
            "sources": getattr(options, "source", None),
            "max-cost": getattr(options, "max_cost", None),
            "max-calls": getattr(options, "max_calls", None),
            "env": getattr(options, "env", None),
            "python": getattr(options, "python", None),
            "seed": getattr(options, "seed", None),
        },
        resume=getattr(options, "resume", None) or "",
    )


def open_project(options: argparse.Namespace, names: tuple[str, ...]) -> Opened:
    """The project that the targets belong to; what is not understood in its settings is said on stderr.

    Raises:
        UsageError: There is no such file, or no project around it.
    """
    opened = opening.open_project(asked_by(options, names))
    for warning in opened.settings.warnings:
        print(f"codeflash: {warning}", file=sys.stderr)
    return opened


def request_of(
    options: argparse.Namespace,
    names: tuple[str, ...],
    opened: Opened,
    given: tuple[Source, ...] = (),
    reads: Mapping[str, str] | None = None,
) -> tuple[Request, Query]:
    """The request behind a command.

    Args:
        options: The command's options.
        names: Targets, relative to the project's root.
        opened: The project with its settings.
        given: Sources that are handed in.
        reads: Digests of what else is read, by name.
    """
    return opening.request_of(
        opened,
        names,
        words=tuple(options.words),
        version=__version__,
        given=given,
        reads=reads,
        outputs=outputs_of(options, opened.project.root),
    )


def outputs_of(options: argparse.Namespace, root: Path) -> tuple[str, ...]:
    """Paths in the project that this command writes: they may change while a run rests on all others."""
    named = [getattr(options, each, None) for each in ("report", "summary", "patch")]
    written = [Path(name).resolve() for name in named if name]
    for stream in (1, 2):
        # A result or a log that the shell sends to a file of the project.
        with contextlib.suppress(OSError, ValueError):
            if stat.S_ISREG(os.fstat(stream).st_mode):
                written.append(Path(f"/proc/self/fd/{stream}").resolve())
    return tuple(path.relative_to(root).as_posix() for path in written if path.is_relative_to(root))


@contextlib.contextmanager
def offer_to_go_on(run: str) -> Iterator[None]:
    """Say how to go on with a run that is interrupted: at once, and in a note for whoever tells the error."""
    try:
        yield
    except BaseException as problem:
        if how_ended(problem) is RunState.INTERRUPTED:
            print(f"codeflash: to go on: codeflash runs resume {run}", file=sys.stderr)
            problem.add_note(f"To go on: codeflash runs resume {run}")
        raise


def run_until_done(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; Ctrl-C and SIGTERM cancel the work, which cleans up after itself.

    Raises:
        KeyboardInterrupt: It was interrupted.
    """

    async def guarded() -> T:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, task.cancel)
        try:
            return await task
        except asyncio.CancelledError as cancelled:
            interruption = KeyboardInterrupt()
            for note in getattr(cancelled, "__notes__", ()):
                interruption.add_note(note)
            raise interruption from None

    return asyncio.run(guarded())
