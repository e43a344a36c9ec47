"""Blocks in which something happened to one process: there a version differs from itself far more than it usually does.

Of four processes that took turns, one is now and then much slower from its first sample to its last, whichever version
it runs: by half, or twice as slow. One such block in thirty can widen a Student interval so far that a gain of 5 % is missed.

Whether a block counts is told from the difference of the two processes of one version alone. Its expectation does not
depend on which version is faster, and for processes that spread alike it is uncorrelated with the block's ratio, which
compares the sides' means: then leaving such blocks out favours no version. What depends on the hash seed or the workload
shows in the ratio and stays, since both processes of a version share them.

It does favour a version that is slow by itself in some of its processes, with equal seeds and inputs: blocks in which one
of its two processes was slow are left out, and too few of both remain. How many blocks were left out is always told.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from codeflash_core.model.comparison import APART, Block
from codeflash_core.stats.turns import ratio_in_turns

USUALLY = 3.0
"""Multiple of the usual difference from which on a block counts for nothing. Of undisturbed blocks with normal noise one
in 300 goes beyond it."""
LEAST = 0.01
"""A difference up to this, as a log ratio, is never called a disturbance: clocks that tick coarsely often show none at all."""


def own_difference(block: Block, metric: str = "cpu") -> float:
    """The larger log ratio between the two processes of one version.

    Args:
        block: A well-formed block.
        metric: ``cpu`` or ``wall``.

    Returns:
        It, not negative; 0 where the block holds no two processes of each version that took turns.
    """
    if block.mode not in APART:
        return 0.0
    found = [0.0]
    for each in block.inputs:
        for samples in (getattr(each, f"a_{metric}"), getattr(each, f"b_{metric}")):
            half = len(samples) // 2
            if each.turn:
                found.append(abs(ratio_in_turns(samples[:half], samples[half:], each.turn, each=1)))
    return max(filter(math.isfinite, found))


def undisturbed(differences: Sequence[float]) -> tuple[bool, ...]:
    """Says of each block whether it counts among these; more than half of them always do.

    Args:
        differences: For each block what `own_difference` gives.
    """
    limit = max(LEAST, USUALLY * statistics.median(differences)) if differences else LEAST
    return tuple(each <= limit for each in differences)


def counted(values: Sequence[float], differences: Sequence[float], look: int) -> list[float]:
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
