"""Two commands measured against each other, whatever they are written in.

The algorithm is that of the engine's own comparisons: fresh processes, both commands interleaved within a block in
random order, Student t over the log ratios of blocks at fixed looks, two-sided. Commands are the user's own and run
as they are, outside the sandbox, unless the caller brings what runs them.
"""

from __future__ import annotations

import random
import shlex
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from codeflash_core.errors import UsageError
from codeflash_core.model.comparison import Block, Control, InputSamples, Interval
from codeflash_core.pipeline.command_runs import CommandRun, Runner, Runs
from codeflash_core.pipeline.events import Listener, Progressed
from codeflash_core.pipeline.machine import describe_machine
from codeflash_core.reports.document import difference_document
from codeflash_core.stats.blocks import against_itself, estimate_block, primary_clock
from codeflash_core.stats.control import control, floor_by_look
from codeflash_core.stats.rows import Difference, compare, held_back
from codeflash_core.stats.sequential import Plan

LEAST_PAIRS, MOST_PAIRS = 2, 12
"""Pairs of runs of each command in a block; a block holds at least two of each, to tell a command from itself."""
BLOCK_SECONDS = 1.0
"""Time that a block aims at."""
SHARES_A_CORE = 1.1
"""Processor time over wall time from which a command counts as using several threads."""


@frozen
class CommandPair:
    """What is compared.

    Attributes:
        a: Words of the baseline.
        b: Words of the other command.
        folder: Where they start.
        prepare: Words of a command to run before each of them, untimed; empty for none.
        warmup: Runs of each that are not timed.
        budget_seconds: Time for all of it.
        seed: Seed of the random order.
        delta: Least difference worth telling, as a fraction.
    """

    a: tuple[str, ...]
    b: tuple[str, ...]
    folder: Path
    prepare: tuple[str, ...] = ()
    warmup: int = 1
    budget_seconds: float = 60.0
    seed: int = 0
    delta: float = 0.02


@frozen
class CommandComparison:
    """What came of it.

    Attributes:
        outcome: B against A: faster, slower, no difference, or inconclusive.
        interval: Time of A over time of B, or None when too little was measured.
        clock: ``cpu`` or ``wall``.
        control: A against itself within the blocks.
        exit_codes: Those seen, by ``a`` and ``b``.
        seconds: Median wall time of one run, by ``a`` and ``b``.
        reasons: Sentences, most important first.
        blocks: All samples.
    """

    outcome: Difference
    interval: Interval | None = None
    clock: str = "cpu"
    control: Control | None = None
    exit_codes: Mapping[str, tuple[int, ...]] = field(factory=dict)
    seconds: Mapping[str, float] = field(factory=dict)
    reasons: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()

    @property
    def same_codes(self) -> bool:
        """Whether both commands always ended with one and the same exit code."""
        return len({code for codes in self.exit_codes.values() for code in codes}) <= 1


def words_for(command: str, *, shell: bool) -> tuple[str, ...]:
    """The words of a command line.

    Args:
        command: As it is typed.
        shell: Whether a shell reads it; otherwise it is split into words and nothing in it is special.

    Raises:
        UsageError: It is empty, or its quotes do not match.
    """
    try:
        words = ("/bin/sh", "-c", command) if shell else tuple(shlex.split(command))
    except ValueError as problem:
        raise UsageError(f"can't read the command {command}: {problem}") from problem
    if not command.strip() or not words:
        raise UsageError("a command is wanted, not an empty text")
    return words


async def compare_commands(
    pair: CommandPair, emit: Listener, runs: Mapping[str, Runs] | None = None
) -> CommandComparison:
    """Measure two commands against each other.

    Args:
        pair: The commands.
        emit: Hears of progress.
        runs: What runs the commands of ``a`` and of ``b``; as they are in the pair's folder by default.

    Raises:
        UsageError: A command can't be run, or its preparation fails.
        StageError: A command takes too long.
    """
    own = Runner(pair.folder)
    bench = _Bench(pair, runs or {"a": own, "b": own})
    emit(Progressed("measure", "", "warming up"))
    for _ in range(max(1, pair.warmup)):
        for side in "ab":
            await bench.once(side)
    if not bench.same_codes:
        return bench.told(CommandComparison(Difference.INCONCLUSIVE, reasons=(_codes(bench.codes),)))
    plan = Plan(delta=pair.delta)
    blocks: tuple[Block, ...] = ()
    result = CommandComparison(Difference.CONTINUE)
    while result.outcome is Difference.CONTINUE:
        for _ in range(plan.next_look(len(blocks)) - len(blocks)):
            if blocks and bench.left <= 0.0:
                break
            emit(Progressed("measure", "", f"block {len(blocks) + 1} of at most {plan.budget}", bench.left))
            blocks += (await bench.block(),)
            if not bench.same_codes:
                return bench.told(
                    CommandComparison(Difference.INCONCLUSIVE, reasons=(_codes(bench.codes),), blocks=blocks)
                )
        result = _assessed(blocks, plan)
        if result.outcome is Difference.CONTINUE and bench.left <= 0.0:
            why = "the time budget ended before the figures were decisive"
            result = evolve(result, outcome=Difference.INCONCLUSIVE, reasons=(why, *result.reasons))
    return bench.told(result)


def _assessed(blocks: Sequence[Block], plan: Plan) -> CommandComparison:
    clock = primary_clock(blocks)
    ratios = [estimate_block(block).ratio(clock) for block in blocks]
    itself = against_itself(blocks, clock)
    reading = compare(ratios, plan, floor=floor_by_look(itself, plan.delta))
    reasons = [each.value for each in reading.cautions]
    if held_back(reading, plan):
        reasons.append("the difference does not exceed what the first command shows against itself")
    return CommandComparison(
        outcome=reading.outcome,
        interval=reading.interval,
        clock=clock,
        control=control(itself) if len(itself) > 1 else None,
        reasons=tuple(reasons),
        blocks=tuple(blocks),
    )


def _codes(codes: Mapping[str, Sequence[int]]) -> str:
    shown = ", ".join(f"{side.upper()} {' and '.join(map(str, each))}" for side, each in codes.items())
    return f"the exit codes differ: {shown}; commands that end differently do not do the same work"


class _Bench:
    """Runs both commands, and remembers how they ended."""

    def __init__(self, pair: CommandPair, runs: Mapping[str, Runs]) -> None:
        self._pair = pair
        self._runs = runs
        self._random = random.Random(pair.seed)
        self._ends = time.monotonic() + pair.budget_seconds
        self._walls: dict[str, list[float]] = {"a": [], "b": []}
        self.codes: dict[str, list[int]] = {"a": [], "b": []}

    @property
    def left(self) -> float:
        """Seconds of the budget that are left."""
        return max(0.0, self._ends - time.monotonic())

    @property
    def same_codes(self) -> bool:
        """Whether all runs so far ended with one exit code."""
        return len({code for codes in self.codes.values() for code in codes}) <= 1

    async def once(self, side: str) -> CommandRun:
        """One run of a command, after its preparation."""
        if self._pair.prepare:
            prepared = await self._runs[side].run(self._pair.prepare)
            if prepared.code:
                raise UsageError(
                    f"the preparation ended with {prepared.code}: {shlex.join(self._pair.prepare)}"
                )
        run = await self._runs[side].run(self._pair.a if side == "a" else self._pair.b)
        if run.code not in self.codes[side]:
            self.codes[side].append(run.code)
        self._walls[side].append(run.wall_ns)
        return run

    async def block(self) -> Block:
        """Both commands in turn, each pair of pairs in random order."""
        slower = max(statistics.median(walls) for walls in self._walls.values())
        quads = max(LEAST_PAIRS // 2, min(MOST_PAIRS // 2, round(BLOCK_SECONDS / (4e-9 * slower))))
        runs: dict[str, list[CommandRun]] = {"a": [], "b": []}
        for _ in range(quads):
            for side in self._random.choice(("abba", "baab")):
                runs[side].append(await self.once(side))
        busy = max(run.cpu_ns / run.wall_ns for each in runs.values() for run in each)
        # Each quad is a round of four processes: the first and the second run of each command in it.
        a, b = (each[0::2] + each[1::2] for each in (runs["a"], runs["b"]))
        samples = InputSamples(
            input="command",
            weight=1.0,
            loops=1,
            a_cpu=tuple(run.cpu_ns for run in a),
            b_cpu=tuple(run.cpu_ns for run in b),
            a_wall=tuple(run.wall_ns for run in a),
            b_wall=tuple(run.wall_ns for run in b),
            turn=1,
        )
        return Block((samples,), threads=2 if busy > SHARES_A_CORE else 1, mode="separate")

    def told(self, result: CommandComparison) -> CommandComparison:
        """The result with how the commands ended and how long they took."""
        failed = sorted({code for codes in self.codes.values() for code in codes if code})
        note = (f"both commands end with exit code {failed[0]}",) if failed and self.same_codes else ()
        return evolve(
            result,
            exit_codes={side: tuple(codes) for side, codes in self.codes.items()},
            seconds={side: statistics.median(walls) * 1e-9 for side, walls in self._walls.items()},
            reasons=(*result.reasons, *note),
        )


def comparison_document(found: CommandComparison) -> dict[str, Any]:
    """A comparison of commands as plain JSON."""
    more = {
        "exit_codes": {side: list(codes) for side, codes in found.exit_codes.items()},
        "seconds": {side: round(seconds, 6) for side, seconds in found.seconds.items()},
        "reasons": list(found.reasons),
        "machine": dict(describe_machine().facts),
    }
    return difference_document(found.outcome.value, found.interval, found.control, found.clock, more)
