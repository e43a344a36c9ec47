"""Blocks as durable steps, for as long as the budget has time for them."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from codeflash_core.model.comparison import Block
from codeflash_core.model.corpus import Call, Corpus
from codeflash_core.model.side import Side
from codeflash_core.model.target import Target
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.settings import Engine
from codeflash_core.ports.language import BlockRequest

Mode = Literal["paired", "separate", "in-test"]
Purpose = Literal["control", "screen", "confirm", "cold", "growth", "memory"]
RESERVE = 0.4
"""Share of the budget that the search leaves for the confirmation."""
_SEEDS = {"control": 1000, "screen": 2000, "confirm": 3000, "cold": 4000, "growth": 5000, "memory": 6000}
"""Where the seeds of each purpose's blocks begin."""


@frozen
class Series:
    """Blocks of one kind.

    Attributes:
        purpose: What they are for.
        a: The baseline.
        b: The candidate.
        calls: The inputs.
        mode: How both are run.
        metric: What is measured.
        cold: Whether each input is used once.
    """

    purpose: Purpose
    a: Side
    b: Side
    calls: tuple[Call, ...]
    mode: Mode = "paired"
    metric: Literal["time", "memory", "growth"] = "time"
    cold: bool = False


class Blocks:
    """Has blocks of one target measured."""

    def __init__(self, engine: Engine, target: Target, corpus: Corpus, budget: Budget) -> None:
        self._engine = engine
        self._target = target
        self._corpus = corpus
        self._budget = budget

    @property
    def in_test(self) -> bool:
        """Whether there are no kept calls, so that the tests themselves are timed."""
        return not self._corpus.calls

    async def take(self, series: Series, first: int, count: int) -> tuple[Block, ...]:
        """Up to ``count`` blocks from number ``first`` on, fewer when the budget ends or a block can't be used."""
        found: list[Block] = []
        for number in range(first, first + count):
            block = await self.one(series, number, following=first + count - number - 1)
            if block is None:
                break
            found.append(block)
            if block.problem:
                break
        return tuple(found)

    async def one(self, series: Series, number: int = 0, *, following: int = 0) -> Block | None:
        """One block, or None when there is no time left for it.

        Args:
            series: The kind.
            number: Which of them.
            following: How many more are wanted at once.
        """
        engine = self._engine
        seed = engine.settings.seed * 100_003 + _SEEDS[series.purpose] + number
        request = BlockRequest(
            target=self._target,
            a=series.a,
            b=series.b,
            calls=() if self.in_test else series.calls,
            tests=self._corpus.in_test if self.in_test else (),
            mode="in-test" if self.in_test else series.mode,
            metric=series.metric,
            cold=series.cold,
            seed=seed,
            following=tuple(range(seed + 1, seed + 1 + following)),
            fix_clock=self._corpus.fix_clock,
        )

        async def make() -> Block | None:
            # The answer "no time left" is recorded too: a resumed run is cut at the same place.
            searching = series.purpose in ("control", "screen")
            reserved = RESERVE * self._budget.seconds if searching else 0.0
            if self._budget.left <= reserved:
                return None
            return await engine.language.block(engine.project, request)

        name = f"{series.purpose}:{self._target.id}:{series.a.id}:{series.b.id}:{number}"
        return await engine.steps.once(name, Block | None, make)
