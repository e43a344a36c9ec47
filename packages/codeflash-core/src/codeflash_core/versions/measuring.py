"""From blocks to rows: two-sided, the same looks as everywhere, Holm's correction over the rows (Holm 1979)."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence

from attrs import define, evolve, field, frozen

from codeflash_core.model.comparison import Block
from codeflash_core.pipeline.events import Listener, Progressed
from codeflash_core.stats.blocks import against_itself, primary_clock, q25, ratios_of
from codeflash_core.stats.control import control, floor_by_look
from codeflash_core.stats.disturbed import Own, counted, own_difference, told
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
        measured = {
            name: _Series.of(self.blocks[name])
            for name in ids
            if name not in self.problems and len(self.blocks[name]) >= LEAST_BLOCKS
        }
        series = measured.values()
        readings = compare_rows(
            [each.ratios for each in series],
            self.plan,
            [floor_by_look(each.itself, self.plan.delta, each.differences) for each in series],
            [each.differences for each in series],
        )
        found = dict(zip(measured, readings, strict=True))
        return tuple(
            _row(name, measured[name], found[name], self.plan)
            if name in found
            else Row(
                name,
                problem=self.problems.get(name, "the time was over before it was measured"),
                lost=name in self.lost,
            )
            for name in ids
        )


@frozen
class _Series:
    """What the blocks of one row say, each in the order measured."""

    blocks: tuple[Block, ...]
    clock: str
    ratios: list[float]
    itself: list[float]
    differences: list[Own]

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> _Series:
        clock = primary_clock(blocks)
        usable = [each for each in blocks if ratios_of([each], clock)]
        return cls(
            blocks=tuple(blocks),
            clock=clock,
            ratios=ratios_of(usable, clock),
            itself=against_itself(usable, clock),
            differences=[own_difference(each, clock) for each in usable],
        )


def _row(name: str, series: _Series, reading: Reading[Difference], plan: Plan) -> Row:
    itself = counted(series.itself, series.differences, len(series.itself))
    notes = [each.value for each in reading.cautions]
    if held_back(reading, plan):
        notes.insert(0, "the difference does not exceed what the first version shows against itself")
    if left_out := told(series.differences):
        notes.append(left_out)
    before, after = (
        statistics.median(q25(getattr(each.inputs[0], f"{letter}_{series.clock}")) for each in series.blocks)
        for letter in "ab"
    )
    return Row(
        id=name,
        outcome=reading.outcome,
        interval=reading.interval,
        clock=series.clock,
        control=control(itself) if len(itself) > 1 else None,
        before_ns=before,
        after_ns=after,
        notes=tuple(notes),
        blocks=series.blocks,
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
