r"""``results.tsv``: one row for each experiment, of sessions and of case records alike. Rows are only ever appended.

The first line names the schema, the second the columns. A field holds no tab and no line end: those, and the
backslash, are written as ``\\t``, ``\\n``, ``\\r`` and ``\\\\``.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from attrs import fields, frozen

from codeflash_core.errors import Place, StageError, UsageError
from codeflash_core.records.locking import locked

SCHEMA = 1
TITLE = f"# codeflash results, schema {SCHEMA}"


class RowStatus(StrEnum):
    """What a row tells of."""

    BASELINE = "baseline"
    KEEP = "keep"
    DISCARD = "discard"
    GUARD_FAILED = "guard-failed"
    CRASH = "crash"
    NO_OP = "no-op"


@frozen
class Row:
    """One row; the attributes are the columns, in their order.

    Attributes:
        iteration: The experiment's number; 0 for a baseline.
        commit: The commit that was kept, or that the baseline is of; empty where there is none.
        target: ``path.py::function``.
        domain: Which kind of cost: ``cpu``, ``memory``...
        technique: The category of the change; empty for a baseline.
        metric: What was measured, such as ``cpu``.
        unit: Of ``before`` and ``after``, such as ``ns/call``.
        before: The original's figure; None where nothing was measured.
        after: The candidate's figure.
        speedup: ``before`` over ``after`` as the paired measurement has it.
        low: Lower bound of the speedup.
        high: Upper bound.
        level: Confidence level of the bounds, 0 to 1.
        status: What the row tells of.
        evidence: What it rests on, one line.
        description: What was done, or why it was given up.
        recorded: ISO 8601 time, UTC.
        run: Id of the engine's run.
        machine: Where it was measured, one line.
    """

    iteration: int
    commit: str
    target: str
    domain: str
    technique: str
    metric: str
    unit: str
    before: float | None
    after: float | None
    speedup: float | None
    low: float | None
    high: float | None
    level: float | None
    status: RowStatus
    evidence: str
    description: str
    recorded: str
    run: str
    machine: str

    def __attrs_post_init__(self) -> None:
        if self.iteration < 0:
            raise ValueError(f"an iteration is counted from 0, not {self.iteration}")
        for name in _FIGURES:
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise ValueError(f"{name} is {value}; a figure is finite")


COLUMNS = tuple(each.name for each in fields(Row))
_FIGURES = ("before", "after", "speedup", "low", "high", "level")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = {escaped: plain for plain, escaped in _ESCAPES.items()}
_HEAD = f"{TITLE}\n{chr(9).join(COLUMNS)}\n".encode()


def append_rows(path: Path, rows: Iterable[Row]) -> None:
    """Add rows at the end, and wait until they are on the disk; several processes may do so at once.

    A row that stands there already is not written again, so that a step that was killed can be repeated.

    Raises:
        UsageError: The file is of another schema, or was damaged by hand; it stays as it is.
        StageError: It can't be written.
    """
    append_made(path, lambda known: rows)


def append_made(path: Path, make: Callable[[tuple[Row, ...]], Iterable[Row]]) -> None:
    """Add rows that depend on those which stand there, such as by their number; nobody writes in between.

    Args:
        path: The file.
        make: Gives the rows to add for those that are known; it is called once, under the file's lock.

    Raises:
        UsageError: The file is of another schema, or was damaged by hand; it stays as it is.
        StageError: It can't be written.
    """
    with locked(path) as file:
        file.seek(0)
        content = file.read()
        known = _parsed(path, content) if content else ()
        present = set(map(_line_of, known))
        lines = [line for line in map(_line_of, make(known)) if line not in present]
        missing_end = b"\n" if content and not content.endswith(b"\n") else b""
        text = (b"" if content else _HEAD) + missing_end + "".join(lines).encode()
        _write(path, file, text)


def read_rows(path: Path) -> tuple[Row, ...]:
    """The rows, oldest first; none where there is no file.

    Raises:
        UsageError: The file is of another schema, or was damaged; the message names the line.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as problem:
        raise UsageError(f"can't read {path}: {problem.strerror}") from problem
    return _parsed(path, content) if content else ()


def _write(path: Path, file: BinaryIO, text: bytes) -> None:
    end = file.seek(0, os.SEEK_END)
    try:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    except OSError as problem:
        # Half a row must not stay: the disk was full in the middle of it.
        os.truncate(path, end)
        raise StageError("record", f"can't write {path}: {problem.strerror}", "Make room.") from problem


def _line_of(row: Row) -> str:
    return "\t".join(_field(getattr(row, name)) for name in COLUMNS) + "\n"


def _field(value: str | float | None) -> str:
    if value is None:
        return ""
    # The shortest text that reads back as the same number.
    return re.sub(r"[\\\t\n\r]", lambda found: _ESCAPES[found[0]], str(value))


def _parsed(path: Path, content: bytes) -> tuple[Row, ...]:
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise _damaged(path, line, "it is no UTF-8") from problem
    if lines[-1] == "":
        lines.pop()
    lines = [line.removesuffix("\r") for line in lines]
    if not lines or lines[0] != TITLE:
        found = lines[0] if lines else ""
        raise UsageError(
            f"{path} is not of schema {SCHEMA}: its first line is {found!r}",
            "Use the version that wrote it, or move it aside.",
            Place(str(path), 1),
        )
    if len(lines) < 2 or tuple(lines[1].split("\t")) != COLUMNS:
        raise _damaged(path, 2, "the names of the columns are not those of the schema")
    return tuple(_row(path, number, line.split("\t")) for number, line in enumerate(lines[2:], 3))


def _row(path: Path, number: int, cells: Sequence[str]) -> Row:
    if len(cells) != len(COLUMNS):
        raise _damaged(path, number, f"it has {len(cells)} fields, not {len(COLUMNS)}")
    told = {name: _unescaped(cell) for name, cell in zip(COLUMNS, cells, strict=True)}
    try:
        typed: dict[str, Any] = {**told, **{name: _figure(told[name]) for name in _FIGURES}}
        typed |= {"iteration": int(told["iteration"]), "status": RowStatus(told["status"])}
        return Row(**typed)
    except ValueError as problem:
        raise _damaged(path, number, str(problem)) from problem


def _figure(cell: str) -> float | None:
    return float(cell) if cell else None


def _unescaped(cell: str) -> str:
    return re.sub(r"\\[\\tnr]", lambda found: _PLAIN[found[0]], cell)


def _damaged(path: Path, line: int, why: str) -> UsageError:
    place = Place(str(path), line)
    return UsageError(f"{place}: {why}", "Correct that line, or remove it; nothing was written.", place)
