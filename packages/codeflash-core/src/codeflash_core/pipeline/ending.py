"""How a run ends: which word for it, and that it is written down."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import shutil
from collections.abc import AsyncIterator, Mapping
from typing import Any

from attrs import define

from codeflash_core.errors import CodeflashError, PrerequisiteError, ServiceError, StageError, UsageError
from codeflash_core.records.journal import Journal
from codeflash_core.records.runs import RunState
from codeflash_core.records.secrets import Secrets

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
TURNS = 4
"""Turns of the event loop until a signal that has come is heard."""


def how_ended(problem: BaseException) -> RunState:
    """What an error makes of a run: only an interrupted one gets further when it is taken up as it is."""
    if isinstance(problem, UsageError | PrerequisiteError):
        return RunState.REFUSED
    if isinstance(problem, ServiceError):
        return RunState.INTERRUPTED
    recording = isinstance(problem, StageError) and problem.stage == "record"
    if recording or _disk_full(problem) or _disk_full(problem.__cause__):
        return RunState.INTERRUPTED
    return RunState.FAILED if isinstance(problem, Exception) else RunState.INTERRUPTED


async def _cause_of(problem: BaseException) -> BaseException:
    """The error, or the interruption that is behind it.

    Ctrl-C reaches programs that we wait for as well: their failure is met before the loop hears of the signal.
    """
    if isinstance(problem, Exception):
        try:
            for _ in range(TURNS):
                await asyncio.sleep(0)
        except asyncio.CancelledError as interruption:
            return interruption
    return problem


def _disk_full(problem: BaseException | None) -> bool:
    """Whether there was no room on the disk, wherever that was met."""
    if isinstance(problem, BaseExceptionGroup):
        return any(map(_disk_full, problem.exceptions))
    if isinstance(problem, shutil.Error):  # many files at once, their errors as texts
        return any(f"[Errno {number}]" in str(problem) for number in _DISK_FULL)
    return isinstance(problem, OSError) and problem.errno in _DISK_FULL


@define
class Ending:
    """How a run ends, written down once.

    Attributes:
        open: Whether the run is under way: one that could not be taken up again stays what it was.
    """

    _journal: Journal
    open: bool

    @property
    def secrets(self) -> Secrets:
        """What never gets into a record."""
        return self._journal.secrets

    def write(self, how: RunState, content: Mapping[str, Any]) -> None:
        """Write the end."""
        self._journal.append("end", {"how": how, **content})
        self.open = False

    @contextlib.asynccontextmanager
    async def recorded(self) -> AsyncIterator[None]:
        """Write an end for what comes to it without one of its own, and for every error."""
        try:
            yield
        except BaseException as met:
            problem = await _cause_of(met)
            message = type(problem).__name__
            if isinstance(problem, CodeflashError):
                problem.message, problem.hint = map(self.secrets.hidden, (problem.message, problem.hint))
                message = problem.message
            elif self.secrets:
                problem.args = tuple(self.secrets.hidden_in(problem.args))
            if self.open:
                # A full disk takes no more lines; a run without an end counts as interrupted, and it is.
                with contextlib.suppress(StageError):
                    self.write(how_ended(problem), {"message": message})
            if not isinstance(problem, CodeflashError) and _disk_full(problem):
                raise StageError(
                    "record",
                    f"the disk is full: {self._journal.path.parents[2]}",
                    "Make room, or set CODEFLASH_STATE_DIR to a folder with more.",
                ) from problem
            if problem is not met:
                raise problem from met
            raise
        if self.open:
            self.write(RunState.DONE, {})
