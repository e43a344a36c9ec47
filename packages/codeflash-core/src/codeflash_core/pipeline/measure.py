"""Blocks until the sequential test decides, each block a durable step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from attrs import evolve

from codeflash_core.model.comparison import Block, Comparison, Control, Growth, Interval, Outcome
from codeflash_core.model.corpus import Call, Corpus
from codeflash_core.model.side import Side
from codeflash_core.model.target import Target
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.settings import Engine
from codeflash_core.ports.language import BlockRequest
from codeflash_core.stats.assess import assess, interval_of
from codeflash_core.stats.blocks import ratios_of
from codeflash_core.stats.control import adjusted_delta, control
from codeflash_core.stats.growth import growth
from codeflash_core.stats.screening import SCREENING_BLOCKS
from codeflash_core.stats.sequential import Plan

Mode = Literal["paired", "separate", "in-test"]
ORIGINAL = Side()
COLD_BLOCKS = 4
COLD_ALPHA = 0.01
MEMORY_FLOOR = 1 << 20
"""Peak memory in bytes by which two versions have to differ before their ratio counts."""
RESERVE = 0.4
"""Share of the budget that the search leaves for the confirmation."""
PROMISING = 0.1
"""Log ratio of a first screening block above which a candidate without rivals is confirmed at once."""
HOPELESS = -0.03
"""Log ratio of a first screening block below which a candidate is not measured further."""


class Stopwatch:
    """Measures versions of one target against each other."""

    def __init__(self, engine: Engine, target: Target, corpus: Corpus, budget: Budget) -> None:
        self._engine = engine
        self._target = target
        self._corpus = corpus
        self._budget = budget
        self.control: Control | None = None
        self.differed = False
        """Whether results differed on an input of the growth series."""

    @property
    def in_test(self) -> bool:
        """Whether there are no kept calls, so that the tests themselves are timed."""
        return not self._corpus.calls

    @property
    def delta(self) -> float:
        """The gain to ask for on this machine now."""
        return adjusted_delta(self._engine.settings.delta, self.control)

    def workload_calls(self) -> tuple[Call, ...]:
        """The calls that the workload makes; without any, all inputs count the same."""
        made = tuple(call for call in self._corpus.calls if call.count)
        return made or tuple(evolve(call, count=1) for call in self._corpus.calls)

    async def calibrate(self) -> None:
        """Run the A/A control: the baseline against itself."""
        blocks = await self._blocks("control", ORIGINAL, ORIGINAL, self.workload_calls(), 0, 4)
        ratios = ratios_of(blocks)
        if len(ratios) >= 2:
            self.control = control(ratios)
        if self.control is not None and self.control.noisy:
            blocks += await self._blocks("control", ORIGINAL, ORIGINAL, self.workload_calls(), len(blocks), 2)
            self.control = control(ratios_of(blocks))

    async def screen(self, a: Side, b: Side, mode: Mode, *, alone: bool = False) -> Comparison:
        """A first, short measurement on the workload's inputs; nothing is claimed from it.

        Args:
            a: The baseline.
            b: The candidate.
            mode: How both are run.
            alone: Whether there is no other candidate to rank it among: then one block that shows a large
                gain is enough to go on with.
        """
        calls = self.workload_calls()
        blocks = await self._blocks("screen", a, b, calls, 0, 1, mode)
        first = ratios_of(blocks)
        if alone and first and first[0] > PROMISING:
            return self._assessed(blocks, Plan(delta=self.delta))
        if blocks and (not first or first[0] > HOPELESS):
            blocks += await self._blocks("screen", a, b, calls, len(blocks), SCREENING_BLOCKS - 1, mode)
        return self._assessed(blocks, Plan(delta=self.delta))

    async def confirm(self, a: Side, b: Side, mode: Mode, confirmations: int) -> Comparison:
        """The measurement that decides: fresh blocks on inputs that the search has not seen."""
        plan = Plan(delta=self.delta, candidates=max(1, confirmations))
        calls = self._corpus.unseen or self.workload_calls()
        blocks: tuple[Block, ...] = ()
        result = self._assessed(blocks, plan)
        while result.outcome is Outcome.CONTINUE:
            wanted = plan.next_look(len(blocks)) - len(blocks)
            more = await self._blocks("confirm", a, b, calls, len(blocks), wanted, mode)
            blocks += more
            result = self._assessed(blocks, plan)
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
        blocks = await self._blocks("cold", a, b, calls, 0, COLD_BLOCKS, separate, cold=True)
        return interval_of(blocks, COLD_ALPHA)

    async def growth(self, a: Side, b: Side) -> Growth | None:
        """How the time of both versions grows with the size of the input."""
        series = {call.id: call for call in self._corpus.series if call.size}
        if len({call.size for call in series.values()}) < 5:
            return None
        block = await self._one("growth", a, b, tuple(series.values()), 0, "paired", metric="growth")
        if block is None or block.problem:
            return None
        self.differed = self.differed or not block.outputs_equal
        sizes, before, after = [], [], []
        for samples in block.inputs:
            call = series.get(samples.input)
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
        block = await self._one("memory", a, b, (largest,), 0, "paired", metric="memory")
        if block is None or block.problem or not block.inputs:
            return None
        samples = block.inputs[0]
        before, after = max(samples.a_cpu, default=0.0), max(samples.b_cpu, default=0.0)
        # A ratio of small numbers says nothing about a program: a set beside a list of two hundred is no cost.
        return after / before if before > 0 and abs(after - before) > MEMORY_FLOOR else None

    def _assessed(self, blocks: Sequence[Block], plan: Plan) -> Comparison:
        broken = next((block for block in blocks if block.problem), None)
        if broken is not None:
            return Comparison(
                Outcome.INCONCLUSIVE, None, plan.delta, blocks=tuple(blocks), problem=broken.problem
            )
        return assess(blocks, plan)

    async def _blocks(
        self,
        purpose: str,
        a: Side,
        b: Side,
        calls: tuple[Call, ...],
        first: int,
        count: int,
        mode: Mode = "paired",
        *,
        cold: bool = False,
    ) -> tuple[Block, ...]:
        """Up to ``count`` blocks, fewer when the budget ends or a block can't be used."""
        found: list[Block] = []
        for number in range(first, first + count):
            left = first + count - number - 1
            block = await self._one(purpose, a, b, calls, number, mode, cold=cold, left=left)
            if block is None:
                break
            found.append(block)
            if block.problem:
                break
        return tuple(found)

    async def _one(
        self,
        purpose: str,
        a: Side,
        b: Side,
        calls: tuple[Call, ...],
        number: int,
        mode: Mode,
        *,
        cold: bool = False,
        metric: Literal["time", "memory", "growth"] = "time",
        left: int = 0,
    ) -> Block | None:
        """One block; ``left`` more of the same kind are wanted."""
        engine = self._engine
        first = engine.settings.seed * 100_003 + _offset(purpose)
        request = BlockRequest(
            target=self._target,
            a=a,
            b=b,
            calls=() if self.in_test else calls,
            tests=self._corpus.in_test if self.in_test else (),
            mode="in-test" if self.in_test else mode,
            metric=metric,
            cold=cold,
            seed=first + number,
            following=tuple(range(first + number + 1, first + number + 1 + left)),
            fix_clock=self._corpus.fix_clock,
        )

        async def make() -> Block | None:
            # The answer "no time left" is recorded too: a resumed run is cut at the same place.
            searching = purpose in ("control", "screen")
            reserved = RESERVE * self._budget.seconds if searching else 0.0
            if self._budget.left <= reserved:
                return None
            return await engine.language.block(engine.project, request)

        name = f"{purpose}:{self._target.id}:{a.id}:{b.id}:{number}"
        return await engine.steps.once(name, Block | None, make)


def _offset(purpose: str) -> int:
    return {"control": 1000, "screen": 2000, "confirm": 3000, "cold": 4000, "growth": 5000}.get(purpose, 6000)
