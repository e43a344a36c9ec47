"""``results.tsv``: one row for each experiment, of sessions and of case records alike. Rows are only ever appended."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path

from attrs import frozen

from codeflash_core.records.tables import Table

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


_FIGURES = ("before", "after", "speedup", "low", "high", "level")


def _figure(cell: str) -> float | None:
    return float(cell) if cell else None


RESULTS = Table(
    TITLE, SCHEMA, Row, {"iteration": int, "status": RowStatus, **dict.fromkeys(_FIGURES, _figure)}
)
"""How results stand in their file."""
COLUMNS = RESULTS.columns


def append_rows(path: Path, rows: Iterable[Row]) -> None:
    """Add rows at the end, and wait until they are on the disk; several processes may do so at once.

    A row that stands there already is not written again, so that a step that was killed can be repeated.

    Raises:
        UsageError: The file is of another schema, or was damaged by hand; it stays as it is.
        StageError: It can't be written.
    """
    append_made(path, lambda known: rows)


def append_made(path: Path, make: Callable[[tuple[Row, ...]], Iterable[Row]]) -> None:
    """Add rows that depend on those which stand there, see :meth:`Table.append_made`.

    Raises:
        UsageError: The file is of another schema, or was damaged by hand; it stays as it is.
        StageError: It can't be written.
    """
    RESULTS.append_made(path, make)


def read_rows(path: Path) -> tuple[Row, ...]:
    """The rows, oldest first; none where there is no file.

    Raises:
        UsageError: The file is of another schema, or was damaged; the message names the line.
    """
    return RESULTS.read_rows(path)
