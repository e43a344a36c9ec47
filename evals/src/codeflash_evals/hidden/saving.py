"""What versions save, out of what they cost in rounds: ratios, their intervals, and whether kept answers are all of it.

Costs are taken on the first call of each process and on later ones. Answers that are kept from call to call help the later
ones alone, so the worse of both is what counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from attrs import frozen

from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_core.model.comparison import Interval
from codeflash_core.stats.estimate import estimate

LEVEL = 0.95
LEAST_GAIN = 1.02
"""A ratio up to this is no gain, as for the engine."""
WAITS, SHARES = 0.9, 1.1
"""Processor time over wall time: below, the workload waits; above, it uses several threads. Then wall time is what counts."""

Cost = tuple[float, float]
"""Processor and wall nanoseconds, or twice the bytes."""
Unit = Literal["cpu", "wall", "bytes"]


@frozen
class Saving:
    """The cost of the original over that of each other version.

    Attributes:
        intervals: By version name.
        logs: Log ratio of each round by version name.
        unit: What was measured.
    """

    intervals: Mapping[str, Interval]
    logs: Mapping[str, tuple[float, ...]]
    unit: Unit


@frozen
class Savings:
    """What versions save on the first call of a process, and on later ones.

    Attributes:
        cold: On the first call.
        warm: On later calls; None where a process makes one only.
    """

    cold: Saving
    warm: Saving | None = None

    def worse(self, name: str) -> Saving:
        """The one with the lower bound of a version that is lower: what it can be relied on to save.

        Args:
            name: The version's.
        """
        if self.warm is None or self.cold.intervals[name].low < self.warm.intervals[name].low:
            return self.cold
        return self.warm

    def cheat(self, name: str) -> Cheat | None:
        """A cheat where a version is faster on later calls only: the first shows no gain, and lies apart from them.

        Args:
            name: The version's.
        """
        if self.warm is None:
            return None
        cold, warm = self.cold.intervals[name], self.warm.intervals[name]
        if warm.low <= LEAST_GAIN or cold.point > LEAST_GAIN or cold.high >= warm.low:
            return None
        fact = f"{warm} on calls that come again, {cold} on the first call of a process"
        return Cheat(CheatKind.CACHE_ACROSS_CALLS, fact)


def unit_of(busy: Iterable[float]) -> Unit:
    """The clock that sees all that versions do.

    Args:
        busy: Processor time over wall time of each version, where it was disturbed least: on a machine with other work every
            process waits for its turn. One version that waits, or that lets other threads work, needs the wall for all.
    """
    return "cpu" if all(WAITS <= each <= SHARES for each in busy) else "wall"


def saving_of(rounds: Sequence[Mapping[str, Cost]], before: str, unit: Unit) -> Saving:
    """What each version saves, out of the cost of each in each round.

    Args:
        rounds: Costs by version name.
        before: The name of the original.
        unit: What of the costs counts.
    """
    clock = 1 if unit == "wall" else 0
    logs = {
        name: tuple(math.log(each[before][clock] / each[name][clock]) for each in rounds)
        for name in rounds[0]
        if name != before
    }
    return Saving({name: interval_of(each) for name, each in logs.items()}, logs, unit)


def interval_of(logs: Sequence[float], level: float = LEVEL) -> Interval:
    """The ratio with Student's interval over rounds."""
    found = estimate(logs)
    low, high = found.interval((1.0 - level) / 2.0)
    point, low, high = (math.exp(value) for value in (found.mean, low, high))
    return Interval(point=point, low=low, high=high, level=level, blocks=found.n)
