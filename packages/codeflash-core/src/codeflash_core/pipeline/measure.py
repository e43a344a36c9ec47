"""Blocks until the sequential test decides, and the figures that stand beside its answer."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from codeflash_core.model.comparison import Block, Comparison, Control, Growth, Interval, Outcome
from codeflash_core.model.corpus import Call, Corpus
from codeflash_core.model.side import ORIGINAL, Side
from codeflash_core.model.target import Target
from codeflash_core.pipeline.blocks import Blocks, Mode, Series
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.settings import Engine
from codeflash_core.stats.assess import assess, interval_of
from codeflash_core.stats.blocks import ratios_of
from codeflash_core.stats.control import adjusted_delta, control
from codeflash_core.stats.growth import growth
from codeflash_core.stats.screening import SCREENING_BLOCKS
from codeflash_core.stats.sequential import Plan

CONTROL_BLOCKS = 4
MORE_CONTROL_BLOCKS = 2
"""Blocks that a noisy control gets besides."""
COLD_BLOCKS = 4
COLD_ALPHA = 0.01
MEMORY_FLOOR = 1 << 20
"""Peak memory in bytes by which two versions have to differ before their ratio counts."""
PROMISING = 0.1
"""Log ratio of a first screening block above which a candidate without rivals is confirmed at once."""
HOPELESS = -0.03
"""Log ratio of a first screening block below which a candidate is not measured further."""


class Stopwatch:
    """Measures versions of one target against each other."""

    def __init__(self, engine: Engine, target: Target, corpus: Corpus, budget: Budget) -> None:
        self._engine = engine
        self._corpus = corpus
        self._blocks = Blocks(engine, target, corpus, budget)
        self._calibrated = False
        self.control: Control | None = None
        """The baseline against itself, both versions in one process."""
        self.differed = False
        """Whether results differed on an input of the growth series."""

    @property
    def delta(self) -> float:
        """The gain to ask for on this machine now."""
        return adjusted_delta(self._engine.settings.delta, self.control)

    @property
    def calibrates(self) -> bool:
        """Whether an A/A control is still to be run before blocks of one process each decide anything.

        Blocks of several processes hold their own, see `codeflash_core.stats.assess`.
        """
        return not self._calibrated and not self._blocks.in_test

    def workload_calls(self) -> tuple[Call, ...]:
        """The calls that the workload makes; without any, all inputs count the same."""
        made = tuple(call for call in self._corpus.calls if call.count)
        return made or tuple(evolve(call, count=1) for call in self._corpus.calls)

    async def calibrate(self) -> None:
        """Run the A/A control, the baseline against itself, unless that is done or needless."""
        if not self.calibrates:
            return
        self._calibrated = True
        series = Series("control", ORIGINAL, ORIGINAL, self.workload_calls())
        blocks = await self._blocks.take(series, 0, CONTROL_BLOCKS)
        self.control = _control(blocks)
        # Fewer than asked for means that the budget has ended: more were refused by the step that said so.
        if self.control is not None and self.control.noisy and len(blocks) == CONTROL_BLOCKS:
            blocks += await self._blocks.take(series, len(blocks), MORE_CONTROL_BLOCKS)
            self.control = _control(blocks)

    async def screen(self, a: Side, b: Side, mode: Mode, *, alone: bool = False) -> Comparison:
        """A first, short measurement on the workload's inputs; nothing is claimed from it.

        Args:
            a: The baseline.
            b: The candidate.
            mode: How both are run.
            alone: Whether there is no other candidate to rank it among: then one block that shows a large
                gain is enough to go on with.
        """
        series = Series("screen", a, b, self.workload_calls(), mode)
        blocks = await self._blocks.take(series, 0, 1)
        first = ratios_of(blocks)
        if alone and first and first[0] > PROMISING:
            return _assessed(blocks, Plan(delta=self.delta))
        if blocks and (not first or first[0] > HOPELESS):
            blocks += await self._blocks.take(series, len(blocks), SCREENING_BLOCKS - 1)
        return _assessed(blocks, Plan(delta=self.delta))

    @property
    def strangers(self) -> tuple[Call, ...]:
        """Inputs like those of the workload of which none was recorded."""
        recorded = {call.id for call in self._corpus.calls if call.count}
        return tuple(call for call in self._corpus.unseen if call.id not in recorded)

    async def confirm(
        self, a: Side, b: Side, mode: Mode, confirmations: int, *, strangers: bool = False
    ) -> Comparison:
        """The measurement that decides: fresh blocks on inputs that the search has not seen.

        Args:
            a: The baseline.
            b: The candidate.
            mode: How both are run.
            confirmations: Candidates that the error is divided among.
            strangers: Whether recorded inputs stay out that stand for inputs like them where none can be made.
        """
        plan = Plan(delta=self.delta, candidates=max(1, confirmations))
        calls = self.strangers if strangers else self._corpus.unseen or self.workload_calls()
        series = Series("confirm", a, b, calls, mode)
        blocks: tuple[Block, ...] = ()
        result = _assessed(blocks, plan)
        while result.outcome is Outcome.CONTINUE:
            wanted = plan.next_look(len(blocks)) - len(blocks)
            more = await self._blocks.take(series, len(blocks), wanted)
            blocks += more
            result = _assessed(blocks, plan)
            if len(more) < wanted:
                break
        if result.outcome is Outcome.CONTINUE:
            return evolve(
                result, outcome=Outcome.INCONCLUSIVE, problem=result.problem or "the time budget ended"
            )
        return result

    async def cold(self, a: Side, b: Side, mode: Mode) -> Interval | None:
        """The speedup on inputs that never repeat, in fresh processes."""
        calls = self._corpus.unseen or self.workload_calls()
        separate: Mode = mode if mode == "in-test" else "separate"
        series = Series("cold", a, b, calls, separate, cold=True)
        return interval_of(await self._blocks.take(series, 0, COLD_BLOCKS), COLD_ALPHA)

    async def growth(self, a: Side, b: Side) -> Growth | None:
        """How the time of both versions grows with the size of the input."""
        known = {call.id: call for call in self._corpus.series if call.size}
        if len({call.size for call in known.values()}) < 5:
            return None
        block = await self._blocks.one(Series("growth", a, b, tuple(known.values()), metric="growth"))
        if block is None or block.problem:
            return None
        self.differed = self.differed or not block.outputs_equal
        sizes, before, after = [], [], []
        for samples in block.inputs:
            call = known.get(samples.input)
            if call is not None and call.size and samples.a_cpu and samples.b_cpu:
                sizes.append(call.size)
                before.append(min(samples.a_cpu))
                after.append(min(samples.b_cpu))
        try:
            return growth(sizes, before, after)
        except ValueError:
            return None

    async def memory(self, a: Side, b: Side) -> float | None:
        """Peak memory of the second version over the first's, on the largest of the workload's inputs."""
        calls = self.workload_calls()
        if not calls:
            return None
        largest = max(calls, key=lambda call: call.size or 0)
        block = await self._blocks.one(Series("memory", a, b, (largest,), metric="memory"))
        if block is None or block.problem or not block.inputs:
            return None
        samples = block.inputs[0]
        before, after = max(samples.a_cpu, default=0.0), max(samples.b_cpu, default=0.0)
        # A ratio of small numbers says nothing about a program: a set beside a list of two hundred is no cost.
        return after / before if before > 0 and abs(after - before) > MEMORY_FLOOR else None


def _control(blocks: Sequence[Block]) -> Control | None:
    ratios = ratios_of(blocks)
    return control(ratios) if len(ratios) > 1 else None


def _assessed(blocks: Sequence[Block], plan: Plan) -> Comparison:
    broken = next((block for block in blocks if block.problem), None)
    if broken is not None:
        return Comparison(
            Outcome.INCONCLUSIVE, None, plan.delta, blocks=tuple(blocks), problem=broken.problem
        )
    return assess(blocks, plan)
