"""The append-only journal of a run: one JSON object a line, on disk before it is acted on."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from codeflash_core.errors import StageError, UsageError
from codeflash_core.records.secrets import Secrets

JOURNAL_VERSION = 3
"""Version of the journal's lines. 1 had neither what a run depends on nor how it ended; 2 had no cost ledger, and of what
sources answered the candidates only."""


def read_entries(path: Path) -> Iterator[dict[str, Any]]:
    """The journal's entries in order; a last line that was cut off is passed over.

    Raises:
        UsageError: The journal was written by another version, is damaged in the middle, or can't be read.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    except OSError as problem:
        raise UsageError(f"can't read the journal {path}: {problem.strerror}") from problem
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        try:
            entry = json.loads(line)
            whole = isinstance(entry, dict) and isinstance(entry.get("kind"), str)
        except ValueError:
            if number >= len(lines) - 1:
                return
            whole = False
        if whole and entry.get("v") != JOURNAL_VERSION:
            raise UsageError(
                f"run {path.parent.name} is recorded in format {entry.get('v')}; "
                f"this version of codeflash reads format {JOURNAL_VERSION}",
                "Use the version that wrote it, or start a new run.",
            )
        if not whole:
            raise UsageError(
                f"the journal of run {path.parent.name} is damaged: {path}, line {number}", "Start a new run."
            )
        yield entry


class Journal:
    """An open journal; one process at a time."""

    def __init__(self, path: Path, secrets: Secrets | None = None) -> None:
        """Open or create the journal.

        Args:
            path: The file.
            secrets: What never gets into it.

        Raises:
            StageError: The folder can't be written.
            UsageError: Another process has it open.
        """
        self.path = path
        self.secrets = secrets or Secrets()
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("ab")
            self._lock()
            self._cut_torn_line()

    def append(self, kind: str, content: Mapping[str, Any]) -> None:
        """Write one entry and wait until it is on the disk.

        Raises:
            StageError: The disk is full or can't be written.
        """
        entry = {"v": JOURNAL_VERSION, "kind": kind, **self.secrets.hidden_in(content)}
        line = json.dumps(entry, ensure_ascii=True) + "\n"
        with disk_errors(self.path):
            self._file.write(line.encode())
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; closing twice does nothing."""
        self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _lock(self) -> None:
        if not locked(self._file, shared=False):
            self._file.close()
            raise UsageError(
                f"the run is in use by another process: {self.path.parent.name}", "Wait until it has ended."
            ) from None

    def _cut_torn_line(self) -> None:
        """A process that died while writing leaves half a line; new entries must not be glued to it."""
        content = self.path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            os.truncate(self.path, whole)


def in_use(path: Path) -> bool:
    """Whether a process has the journal open for writing; always False where files can't be locked."""
    try:
        with path.open("rb") as file:
            return not locked(file, shared=True)
    except OSError:
        return False


def locked(file: BinaryIO, *, shared: bool) -> bool:
    """Lock without waiting; False when another process holds the lock."""
    try:
        import fcntl
    except ImportError:  # Windows opens without a lock
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class disk_errors:  # noqa: N801 - used as a statement
    """Turns errors of the disk into sentences."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, OSError):
            return
        what = "the disk is full" if error.errno == errno.ENOSPC else f"can't write ({error.strerror})"
        raise StageError(
            "record",
            f"{what}: {self._path.parent}",
            "Make room, or set CODEFLASH_STATE_DIR to a folder that can be written.",
        ) from error
