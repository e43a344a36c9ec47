"""Runs on disk: where they live, how they are listed, shown and removed."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen
from platformdirs import user_state_dir

from codeflash_core.errors import StageError, UsageError
from codeflash_core.records.journal import read_entries


def state_dir() -> Path:
    """Where runs are kept: ``CODEFLASH_STATE_DIR``, else the platform's folder for state."""
    return Path(os.environ.get("CODEFLASH_STATE_DIR") or user_state_dir("codeflash"))


def new_run_id() -> str:
    """A name that sorts by time: ``20260131-235959-4f3a``."""
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime()) + "-" + secrets.token_hex(2)


@frozen
class RunSummary:
    """One line of the list of runs.

    Attributes:
        id: Name of the run.
        started: ISO 8601 time, UTC.
        project: The project's folder.
        arguments: The command's words.
        finished: Whether it came to its end.
        report: The report's document, or None when it did not end.
    """

    id: str
    started: str
    project: str
    arguments: tuple[str, ...]
    finished: bool
    report: Mapping[str, Any] | None = None


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

    def list(self) -> tuple[RunSummary, ...]:
        """Every run, oldest first; damaged ones are shown as unfinished."""
        return tuple(self.summary(self.folder / name) for name in self._names())

    def summary(self, path: Path) -> RunSummary:
        """What the journal says of one run."""
        header: Mapping[str, Any] = {}
        report: Mapping[str, Any] | None = None
        try:
            for entry in read_entries(path / "journal.jsonl"):
                if entry["kind"] == "header":
                    header = entry
                elif entry["kind"] == "end":
                    report = entry["report"]
        except UsageError:
            report = None
        return RunSummary(
            path.name,
            str(header.get("started", "")),
            str(header.get("project", "")),
            tuple(header.get("arguments", ())),
            report is not None,
            report,
        )

    def remove(self, path: Path) -> None:
        """Delete one run's folder."""
        shutil.rmtree(path, ignore_errors=True)

    def _names(self) -> tuple[str, ...]:
        if not self.folder.is_dir():
            return ()
        return tuple(
            sorted(entry.name for entry in self.folder.iterdir() if (entry / "journal.jsonl").exists())
        )
