"""The log ratio of versions that took turns: each turn is compared with those of its own round only.

A shared machine changes its speed within a block, by two thirds and more where the other half of a physical core wakes up.
Quantiles over a whole block then depend on how much of it fell into the slow spells, by chance more on one side.
Within a round all turns meet much the same machine, so the ratio is taken there, between the least disturbed sample
of each turn, and the median over all rounds and all pairs of turns passes over rounds in which the machine changed.
With two processes a side it estimates the difference of the sides' means: the median of the four differences of two
pairs is their mean (a shift estimator of the kind of Hodges & Lehmann 1963, on pairs of one round).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence


def ratio_in_turns(a: Sequence[float], b: Sequence[float], turn: int, each: int = 2) -> float:
    """Returns ln(A / B), or NaN where no round holds a time above zero on both sides.

    Args:
        a: Samples of the first version, in nanoseconds: those of its first turn in each round, in the order taken, then
            those of the next.
        b: Those of the second version, as many.
        turn: Samples in each turn.
        each: Turns that each version has in a round.

    Raises:
        ValueError: The samples are not whole turns.
    """
    if turn < 1 or not a or len(a) != len(b) or len(a) % (turn * each):
        raise ValueError(f"{len(a)} and {len(b)} samples are no rounds of {each} turns of {turn}")
    first, second = (_least(samples, turn, each) for samples in (a, b))
    ratios = [
        math.log(x / y)
        for ours, theirs in zip(zip(*first, strict=True), zip(*second, strict=True), strict=True)
        for x in ours
        for y in theirs
        if x > 0.0 and y > 0.0
    ]
    return statistics.median(ratios) if ratios else math.nan


def _least(samples: Sequence[float], turn: int, each: int) -> list[list[float]]:
    """The least sample of each turn: of the first turn in all rounds, of the second..."""
    rounds = len(samples) // each
    return [
        [min(samples[at : at + turn]) for at in range(start, start + rounds, turn)]
        for start in range(0, len(samples), rounds)
    ]
