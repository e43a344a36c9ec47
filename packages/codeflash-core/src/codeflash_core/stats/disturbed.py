"""Blocks in which something happened to one process: there a version differs from itself far more than it usually does.

Of four processes that took turns, one is now and then much slower from its first sample to its last, whichever version
it runs: by half, or twice as slow. One such block in thirty can widen a Student interval so far that a gain of 5 % is missed.

Whether a block counts is told from the difference of the two processes of one version alone. Its expectation does not
depend on which version is faster, and for processes that spread alike it is uncorrelated with the block's ratio, which
compares the sides' means: then leaving such blocks out favours no version. What depends on the hash seed or the workload
shows in the ratio and stays, since both processes of a version share them.

It does favour a version that is slow by itself in some of its processes, with equal seeds and inputs: blocks in which one
of its two processes was slow are left out, and too few of both remain. So what is measured is the version as its processes
usually are. How many blocks were left out, and which version differed from itself in them, is always told.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from attrs import frozen

from codeflash_core.model.comparison import APART, Block
from codeflash_core.stats.turns import ratio_in_turns

USUALLY = 3.0
"""Multiple of the usual difference from which on a block counts for nothing. Of undisturbed blocks with normal noise one
in 300 goes beyond it."""
LEAST = 0.01
"""A difference up to this, as a log ratio, is never called a disturbance: clocks that tick coarsely often show none at all."""


@frozen
class Own:
    """By how much the two processes of each version differ in a block, as log ratios that are not negative."""

    first: float = 0.0
    second: float = 0.0

    @property
    def larger(self) -> float:
        """Of the version that differs more from itself."""
        return max(self.first, self.second)


def own_difference(block: Block, metric: str = "cpu") -> Own:
    """By how much the two processes of each version differ in a block, on the input on which they differ most.

    Args:
        block: A well-formed block.
        metric: ``cpu`` or ``wall``.

    Returns:
        Zeros where the block holds no two processes of each version that took turns.
    """
    if block.mode not in APART:
        return Own()
    first, second = [0.0], [0.0]
    for each in block.inputs:
        for letter, found in (("a", first), ("b", second)):
            samples = getattr(each, f"{letter}_{metric}")
            half = len(samples) // 2
            if each.turn:
                found.append(abs(ratio_in_turns(samples[:half], samples[half:], each.turn, each=1)))
    return Own(*(max(filter(math.isfinite, found)) for found in (first, second)))


def _limit(differences: Sequence[Own]) -> float:
    return (
        max(LEAST, USUALLY * statistics.median(each.larger for each in differences)) if differences else LEAST
    )


def undisturbed(differences: Sequence[Own]) -> tuple[bool, ...]:
    """Says of each block whether it counts among these; more than half of them always do.

    Args:
        differences: For each block what `own_difference` gives.
    """
    limit = _limit(differences)
    return tuple(each.larger <= limit for each in differences)


def told(differences: Sequence[Own]) -> str:
    """How many blocks do not count, and which version differed from itself in them; empty where all of them count.

    Args:
        differences: For each block what `own_difference` gives.
    """
    limit = _limit(differences)
    left_out = [each for each in differences if each.larger > limit]
    if not left_out:
        return ""
    first, second = (sum(getattr(each, side) > limit for each in left_out) for side in ("first", "second"))
    return (
        f"{len(left_out)} of {len(differences)} blocks left out: a version differed from itself there far more than "
        f"usually (the first version in {first}, the second in {second})"
    )


def counted(values: Sequence[float], differences: Sequence[Own], look: int) -> list[float]:
    """The values of those of the first blocks that count.

    Args:
        values: One a block, in the order measured.
        differences: For each block what `own_difference` gives; empty where all of them count.
        look: How many blocks are looked at.
    """
    if not differences:
        return list(values[:look])
    kept = undisturbed(differences[:look])
    return [value for value, counts in zip(values[:look], kept, strict=True) if counts]
