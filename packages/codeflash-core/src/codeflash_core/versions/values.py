"""What a comparison of two versions asks for, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import field, frozen

from codeflash_core.git.exporting import Ref
from codeflash_core.model.comparison import Block, Control, Interval
from codeflash_core.pipeline.health import Health
from codeflash_core.ports.benchmarks import FunctionTime
from codeflash_core.sandbox import Mode
from codeflash_core.stats.rows import Difference

DELTA = 0.02
"""Least difference worth telling, as a fraction."""


@frozen
class VersionsRequest:
    """What is compared.

    Attributes:
        folder: A folder of the project.
        base: The first version, a name that git knows.
        head: The second version.
        pull_request: A pull request of ``origin`` to compare instead; 0 for none.
        benchmarks: Files, folders, benchmarks or plain functions; what is usual when empty.
        functions: Only benchmarks that spend time in one of these (``path.py::name``); empty for all.
        modules: Modules whose import is measured.
        memory: Whether peak memory is measured too.
        interpreter: The project's interpreter; found when empty.
        budget_seconds: Time for all rows.
        delta: Least difference worth telling, as a fraction.
        seed: Seed of the random order.
        mode: How much confinement is asked for.
        pass_through: Names of variables that the benchmarks may see.
    """

    folder: Path
    base: str
    head: str = "HEAD"
    pull_request: int = 0
    benchmarks: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    memory: bool = False
    interpreter: str = ""
    budget_seconds: float = 300.0
    delta: float = DELTA
    seed: int = 0
    mode: Mode = Mode.AUTO
    pass_through: tuple[str, ...] = ()


@frozen
class Memory:
    """What one call allocates.

    Attributes:
        peak: Bytes at the peak.
        blocks: Blocks of memory that its result holds.
    """

    peak: int
    blocks: int


@frozen
class FunctionChange:
    """One function's time inside a benchmark, in seconds per call of the benchmark; None where it is not called."""

    path: str
    name: str
    before: FunctionTime | None
    after: FunctionTime | None

    @property
    def own_saved(self) -> float:
        """Seconds that the function itself takes less."""
        return (self.before.own if self.before else 0.0) - (self.after.own if self.after else 0.0)


@frozen
class Row:
    """One benchmark, or the import of one module.

    Attributes:
        id: Its name; ``import MODULE`` for an import.
        outcome: The second version against the first; None where it was not measured.
        interval: Time of the first over time of the second.
        clock: ``cpu`` or ``wall``.
        control: The first version against itself.
        before_ns: Nanoseconds per call of the first version, the 25th percentile of its samples.
        after_ns: The same of the second.
        problem: Why it was not measured: on one side only, fails, hangs.
        lost: Whether the first version can run it and the second can't.
        notes: What a reader should know, such as that the benchmark itself differs.
        functions: Where the time went and goes, the largest change first.
        memory: By ``base`` and ``head``, where it was asked for.
        imports: Names of modules that the second version no longer imports, then those that are new.
        blocks: All samples.
    """

    id: str
    outcome: Difference | None = None
    interval: Interval | None = None
    clock: str = "cpu"
    control: Control | None = None
    before_ns: float | None = None
    after_ns: float | None = None
    problem: str = ""
    lost: bool = False
    notes: tuple[str, ...] = ()
    functions: tuple[FunctionChange, ...] = ()
    memory: Mapping[str, Memory] = field(factory=dict)
    imports: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    blocks: tuple[Block, ...] = ()


@frozen
class VersionsComparison:
    """What came of it.

    Attributes:
        base: The first version.
        head: The second version.
        rows: One for each benchmark, in the order in which they run.
        delta: Least difference that was asked for.
        noise_floor: Largest noise floor of a row, as a fraction; None where nothing was measured.
        seconds: Time that all of it took.
        inside_seconds: Time spent inside benchmarks while they were measured.
        machine: Facts of the machine.
        notes: What a reader should know.
        health: How fit the machine was right before; None where it is not known.
    """

    base: Ref
    head: Ref
    rows: tuple[Row, ...]
    delta: float
    noise_floor: float | None
    seconds: float
    inside_seconds: float
    machine: Mapping[str, str]
    notes: tuple[str, ...] = ()
    health: Health | None = None

    def regressions(self, least: float) -> tuple[Row, ...]:
        """Rows that are slower by more than a fraction, by the bound of their interval that is nearer to 1; or lost."""
        return tuple(
            row
            for row in self.rows
            if row.lost
            or (row.outcome is Difference.SLOWER and row.interval and 1.0 / row.interval.high > 1.0 + least)
        )
