"""Runs on disk: where they live, how they are listed, shown and removed."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from platformdirs import user_state_dir

from codeflash_core.errors import StageError, UsageError
from codeflash_core.records.journal import in_use, read_entries

JOURNAL = "journal.jsonl"
RESUMABLE = ("optimize", "evaluate", "verify")
"""Commands whose runs can be taken up where they were."""


def state_dir() -> Path:
    """Where runs are kept: ``CODEFLASH_STATE_DIR``, else the platform's folder for state."""
    return Path(os.environ.get("CODEFLASH_STATE_DIR") or user_state_dir("codeflash"))


def new_run_id() -> str:
    """A name that sorts by time, ``20260131-235959-4f3a``: the last part is the fraction of the second."""
    seconds, fraction = divmod(time.time_ns(), 10**9)
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(seconds)) + f"-{fraction * 65536 // 10**9:04x}"


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    UNREADABLE = "unreadable"


@frozen
class RunSummary:
    """One line of the list of runs.

    Attributes:
        id: Name of the run.
        started: ISO 8601 time, UTC.
        project: The project's folder.
        arguments: The command's words.
        state: Where it stands.
        message: Why it was refused or failed, or why it can't be read.
        report: The report's document, or None when there is none.
    """

    id: str
    started: str = ""
    project: str = ""
    arguments: tuple[str, ...] = ()
    state: RunState = RunState.INTERRUPTED
    message: str = ""
    report: Mapping[str, Any] | None = None

    @property
    def finished(self) -> bool:
        """Whether it came to its end."""
        return self.state is RunState.DONE

    @property
    def command(self) -> str:
        """The command, such as ``optimize``."""
        return self.arguments[0] if self.arguments else ""

    @property
    def resumable(self) -> bool:
        """Whether there is anything to go on with."""
        return self.state is RunState.INTERRUPTED and self.command in RESUMABLE


class Runs:
    """All runs below one state folder."""

    def __init__(self, state: Path | None = None) -> None:
        self.folder = (state or state_dir()) / "runs"

    def create(self) -> Path:
        """A new run's folder.

        Raises:
            StageError: The state folder can't be written.
        """
        path = self.folder / new_run_id()
        try:
            while path.exists():  # another process began in the same instant
                path = self.folder / new_run_id()
            path.mkdir(parents=True)
        except OSError as problem:
            raise StageError(
                "record",
                f"can't make a folder for the run: {path} ({problem.strerror})",
                "Set CODEFLASH_STATE_DIR to a folder that can be written.",
            ) from problem
        return path

    def find(self, run: str) -> Path:
        """The folder of a run, by its name, the beginning of it, or ``last``.

        Raises:
            UsageError: There is no such run, or more than one.
        """
        names = self._names()
        if run == "last" and names:
            return self.folder / names[-1]
        matching = [name for name in names if name == run] or [name for name in names if name.startswith(run)]
        if len(matching) != 1 or not run:
            known = f"Known runs: {', '.join(names[-5:])}." if names else "There are no runs yet."
            raise UsageError(
                f"no such run: {run}" if not matching else f"several runs begin so: {run}", known
            )
        return self.folder / matching[0]

    def find_resumable(self, run: str) -> Path:
        """The folder of a run to go on with; ``last`` is the newest that was interrupted, or is done.

        Raises:
            UsageError: There is no such run, or nothing in it to go on with.
        """
        if run == "last" and self._names():
            for name in reversed(self._names()):
                summary = self.summary(self.folder / name)
                if summary.resumable or (summary.finished and summary.command in RESUMABLE):
                    return self.folder / name
            raise UsageError("no run was interrupted", "See: codeflash runs list")
        folder = self.find(run)
        _refuse_unfit(self.summary(folder))
        return folder

    def list(self) -> tuple[RunSummary, ...]:
        """Every run, oldest first."""
        return tuple(self.summary(self.folder / name) for name in self._names())

    def of_project(self, root: Path) -> Iterator[Path]:
        """Folders of the runs on one project, newest first; of each only the beginning is read.

        Args:
            root: The project's folder.
        """
        for name in reversed(self._names()):
            if _beginning(self.folder / name / JOURNAL).get("project") == str(root):
                yield self.folder / name

    def summary(self, path: Path) -> RunSummary:
        """What the journal says of one run."""
        found = RunSummary(path.name)
        try:
            for entry in read_entries(path / JOURNAL):
                found = _with(found, entry)
        except UsageError as problem:
            begun = _beginning(path / JOURNAL)
            return evolve(_with(found, begun), state=RunState.UNREADABLE, message=problem.message)
        if in_use(path / JOURNAL):
            return evolve(found, state=RunState.RUNNING)
        return found

    def remove(self, path: Path) -> None:
        """Delete one run's folder.

        Raises:
            UsageError: The run is under way.
            StageError: It can't be deleted.
        """
        if in_use(path / JOURNAL):
            raise UsageError(f"run {path.name} is under way", "Wait until it has ended.")
        try:
            shutil.rmtree(path)
        except OSError as problem:
            raise StageError("record", f"can't delete run {path.name}: {problem.strerror}") from problem

    def _names(self) -> tuple[str, ...]:
        try:
            return tuple(sorted(each.name for each in self.folder.iterdir() if (each / JOURNAL).exists()))
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as problem:
            raise UsageError(f"can't read the runs in {self.folder}: {problem.strerror}") from problem


def _with(summary: RunSummary, entry: Mapping[str, Any]) -> RunSummary:
    """The summary after one more line of the journal."""
    match entry.get("kind"):
        case "header":
            return evolve(
                summary,
                started=str(entry.get("started", "")),
                project=str(entry.get("project", "")),
                arguments=tuple(map(str, entry.get("arguments", ()))),
            )
        case "end" if not summary.finished:
            state = next((each for each in RunState if each == entry.get("how")), RunState.UNREADABLE)
            message = str(entry.get("message", ""))
            return evolve(summary, state=state, message=message, report=entry.get("report"))
        case "resumed" if not summary.finished:
            return evolve(summary, state=RunState.INTERRUPTED, message="")
        case _:
            return summary


def _beginning(path: Path) -> Mapping[str, Any]:
    """The first line of a journal of any version, or nothing."""
    try:
        with path.open("rb") as file:
            entry = json.loads(file.readline())
    except (OSError, ValueError):
        return {}
    return entry if isinstance(entry, dict) else {}


def _refuse_unfit(summary: RunSummary) -> None:
    again = (
        f"Start it anew: codeflash {' '.join(summary.arguments)}" if summary.arguments else "Start a new run."
    )
    if summary.state is RunState.UNREADABLE:
        raise UsageError(summary.message, "Use the version that wrote it, or start a new run.")
    if summary.command and summary.command not in RESUMABLE:
        raise UsageError(f"run {summary.id} is of {summary.command}, which is not taken up", again)
    if summary.state is RunState.RUNNING:
        raise UsageError(f"run {summary.id} is in use by another process", "Wait until it has ended.")
    if summary.state is RunState.REFUSED:
        raise UsageError(f"run {summary.id} was refused: {summary.message}", again)
