"""From blocks to rows: two-sided, the same looks as everywhere, Holm's correction over the rows (Holm 1979)."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence

from attrs import define, evolve, field

from codeflash_core.model.comparison import Block, Control
from codeflash_core.pipeline.events import Listener, Progressed
from codeflash_core.stats.blocks import against_itself, primary_clock, q25, ratios_of
from codeflash_core.stats.control import control, floor_by_look
from codeflash_core.stats.rows import Difference, compare_rows, held_back
from codeflash_core.stats.sequential import Plan, Reading
from codeflash_core.versions.bench import BlockResult
from codeflash_core.versions.values import Row

LEAST_BLOCKS = 2
"""Below that there is no interval."""


@define
class Measuring:
    """Measures rows until each is decided, or the time is over.

    Attributes:
        plan: The test of one row.
        emit: Hears of progress.
        ends: Moment at which the time is over, on the monotonic clock.
        blocks: What was measured, by row.
        problems: Why a row can't be measured.
        lost: Rows that only the second version can't run.
        inside_seconds: Time spent inside benchmarks.
    """

    plan: Plan
    emit: Listener
    ends: float
    blocks: dict[str, list[Block]] = field(factory=dict)
    problems: dict[str, str] = field(factory=dict)
    lost: set[str] = field(factory=set)
    inside_seconds: float = 0.0

    async def run(
        self, ids: Sequence[str], block: Callable[[Sequence[str]], Awaitable[BlockResult]]
    ) -> tuple[Row, ...]:
        """Measure.

        Args:
            ids: The rows.
            block: Measures some of them once.
        """
        self.blocks = {name: [] for name in ids}
        undecided, done, took = list(ids), 0, 0.0
        while undecided and (look := self.plan.next_look(done)):
            # A block is not cut off: the last one is begun only where at least half of it fits.
            while done < look and undecided and (self._left > took / 2 or done < LEAST_BLOCKS):
                begun = time.monotonic()
                what = f"block {done + 1} of at most {self.plan.budget}, {len(undecided)} benchmarks"
                self.emit(Progressed("measure", "", what, self._left))
                self._take(await block(undecided))
                undecided = [name for name in undecided if name not in self.problems]
                done += 1
                took = time.monotonic() - begun
            rows = {row.id: row for row in self._rows(ids)}
            undecided = [name for name in undecided if rows[name].outcome is Difference.CONTINUE]
            if self._left <= took / 2:
                break
        return tuple(_settled(row) for row in self._rows(ids))

    @property
    def _left(self) -> float:
        return max(0.0, self.ends - time.monotonic())

    def _take(self, result: BlockResult) -> None:
        self.inside_seconds += result.inside_seconds
        for name, each in result.blocks.items():
            self.blocks[name].append(each)
        for name in dict.fromkeys(name for name, _ in result.failures):
            whys = {side: why for (known, side), why in result.failures.items() if known == name}
            both = len(whys) > 1 and len(set(whys.values())) == 1
            told = (
                next(iter(whys.values()))
                if both
                else "; ".join(f"{side}: {why}" for side, why in whys.items())
            )
            self.problems[name] = f"fails in both versions: {told}" if both else f"fails in {told}"
            if "base" not in whys:
                self.lost.add(name)

    def _rows(self, ids: Sequence[str]) -> tuple[Row, ...]:
        measured = [
            name for name in ids if name not in self.problems and len(self.blocks[name]) >= LEAST_BLOCKS
        ]
        clocks = {name: primary_clock(self.blocks[name]) for name in measured}
        ratios = [ratios_of(self.blocks[name], clocks[name]) for name in measured]
        floors = [
            floor_by_look(against_itself(self.blocks[name], clocks[name]), self.plan.delta)
            for name in measured
        ]
        readings = dict(zip(measured, compare_rows(ratios, self.plan, floors), strict=True))
        return tuple(
            _row(name, self.blocks[name], clocks[name], readings[name], self.plan)
            if name in readings
            else Row(
                name,
                problem=self.problems.get(name, "the time was over before it was measured"),
                lost=name in self.lost,
            )
            for name in ids
        )


def _row(name: str, blocks: Sequence[Block], clock: str, reading: Reading[Difference], plan: Plan) -> Row:
    itself = against_itself(blocks, clock)
    within: Control | None = control(itself) if len(itself) > 1 else None
    notes = [each.value for each in reading.cautions]
    if held_back(reading, plan):
        notes.insert(0, "the difference does not exceed what the first version shows against itself")
    before, after = (
        statistics.median(q25(getattr(each.inputs[0], f"{letter}_{clock}")) for each in blocks)
        for letter in "ab"
    )
    return Row(
        id=name,
        outcome=reading.outcome,
        interval=reading.interval,
        clock=clock,
        control=within,
        before_ns=before,
        after_ns=after,
        notes=tuple(notes),
        blocks=tuple(blocks),
    )


def _settled(row: Row) -> Row:
    if row.outcome is not Difference.CONTINUE:
        return row
    why = "the time was over before the figures were decisive"
    return evolve(row, outcome=Difference.INCONCLUSIVE, notes=(why, *row.notes))


def largest_floor(rows: Sequence[Row]) -> float | None:
    """The largest noise floor among rows, as a fraction."""
    floors = [
        row.control.noise_floor for row in rows if row.control and math.isfinite(row.control.noise_floor)
    ]
    return max(floors) if floors else None
