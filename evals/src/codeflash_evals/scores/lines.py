"""Results files: one JSON object a line, appended as it comes, so that a run that was ended goes on where it was."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from cattrs.errors import ForbiddenExtraKeysError

from codeflash_core.errors import Place, UsageError
from codeflash_core.records.journal import disk_errors, locked
from codeflash_evals.scores.record import CONVERTER, READABLE, CaseRun

OPENING = b'{"key": '
"""How every line begins."""


def begins_as(torn: bytes, opening: bytes) -> bool:
    """Whether what stands without a line end can be the beginning of a line of ours, and not a file of another kind.

    Args:
        torn: What stands there.
        opening: How our lines begin.
    """
    return torn.startswith(opening) or opening.startswith(torn)


def read_results(path: Path) -> tuple[CaseRun, ...]:
    """The case-runs of a file; a last line that was cut off is passed over.

    Args:
        path: The file.

    Raises:
        UsageError: It can't be read, is damaged in the middle, of another schema, or holds a case-run twice.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as problem:
        raise UsageError(f"can't read the results {path}: {problem.strerror}") from problem
    found: list[CaseRun] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(_read(line))
        except (ValueError, TypeError, KeyError, AttributeError, ForbiddenExtraKeysError) as problem:
            # Without a line end the process died while it wrote.
            if number == len(lines) and begins_as(line, OPENING):
                break
            place = Place(str(path), number)
            raise UsageError(f"{place}: this line is no result: {_why(problem)}", _HINT, place) from problem
    seen = [each.key for each in found]
    if len(set(seen)) != len(seen):
        twice = next(key for key in seen if seen.count(key) > 1)
        raise UsageError(
            f"{path}: {twice.case} by {twice.subject} stands there twice, turn {twice.turn}", _HINT
        )
    return tuple(found)


_HINT = "Delete the line, or name another file."


def _read(line: bytes) -> CaseRun:
    content = json.loads(line)
    if not isinstance(content, dict):
        raise ValueError("it is no object")
    if content.get("schema") not in READABLE:
        known = " and ".join(map(str, READABLE))
        raise ValueError(f"its schema is {content.get('schema')}, this version reads {known}")
    return CONVERTER.structure(content, CaseRun)


def _why(problem: Exception) -> str:
    return str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__


class ResultsFile:
    """A results file that is being written; one process at a time."""

    def __init__(self, path: Path) -> None:
        """Open or create it.

        Args:
            path: The file.

        Raises:
            UsageError: Another process writes it, or it holds what is no result.
            StageError: It can't be written.
        """
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab")
        self._path = path
        try:
            if not locked(self._file, shared=False):
                raise UsageError(f"another process writes {path}", "Wait for its end, or name another file.")
            self.done = read_results(path)
            self._cut_torn_line()
        except BaseException:
            self._file.close()
            raise

    def append(self, run: CaseRun) -> None:
        """Write one case-run and wait until it is on the disk.

        Raises:
            StageError: The disk is full, or the file can't be written.
        """
        line = json.dumps(CONVERTER.unstructure(run), ensure_ascii=True) + "\n"
        with disk_errors(self._path):
            self._file.write(line.encode())
            self._file.flush()
            os.fsync(self._file.fileno())
        self.done = (*self.done, run)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _cut_torn_line(self) -> None:
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole != len(content):
            os.truncate(self._path, whole)
