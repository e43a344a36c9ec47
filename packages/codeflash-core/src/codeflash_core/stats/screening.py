"""Screening: short measurements of many candidates say which of them to confirm.

Nothing is claimed from a screening. The order is by estimated gain, but gains that the few blocks cannot
tell apart go to the smaller change.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from codeflash_core.stats.estimate import Estimate, estimate
from codeflash_core.stats.sequential import STANDARD, Plan

SCREENING_BLOCKS = 4
"""Blocks for each candidate."""
_TIE = 0.01


@frozen
class Screened:
    """A candidate with its screening blocks."""

    candidate: str
    """The candidate's id."""
    ratios: tuple[float, ...]
    """One log ratio ln(A / B) a block."""
    size: int = 0
    """Changed lines; less is better among equals."""


@frozen
class Ranking:
    """The outcome of a screening."""

    order: tuple[str, ...]
    """All candidates, the most promising first."""
    confirm: tuple[str, ...]
    """Those worth confirming, in that order."""


def rank(candidates: Sequence[Screened], plan: Plan = STANDARD, limit: int = 2) -> Ranking:
    """Orders candidates and picks which to confirm on fresh blocks.

    Worth confirming is a candidate whose 95 % upper bound reaches the threshold: the same bound by which
    the confirmation itself would give up.

    Args:
        candidates: The candidates with their blocks.
        plan: The test that the confirmation will use.
        limit: The most candidates to confirm; the plan divides its error by as many.

    Raises:
        ValueError: A candidate has no blocks, a log ratio is not finite, or the limit is negative.
    """
    if limit < 0:
        raise ValueError(f"the number of candidates to confirm is not negative, got {limit}")
    summaries = {each.candidate: estimate(each.ratios, plan.sd_floor) for each in candidates}
    rest = sorted(candidates, key=lambda each: (-summaries[each.candidate].mean, each.size, each.candidate))
    order: list[str] = []
    while rest:
        leader = summaries[rest[0].candidate]
        tied = [each for each in rest if leader.mean - summaries[each.candidate].mean <= _margin(leader)]
        order += [each.candidate for each in sorted(tied, key=lambda each: each.size)]
        rest = [each for each in rest if each not in tied]
    hopeful = [name for name in order if _hopeful(summaries[name], plan)]
    return Ranking(order=tuple(order), confirm=tuple(hopeful[:limit]))


def _margin(leader: Estimate) -> float:
    """How far behind the leader a candidate still counts as equal: one standard error, 1 % at least and 5 % at most."""
    return min(max(_TIE, leader.standard_error), 5 * _TIE)


def _hopeful(summary: Estimate, plan: Plan) -> bool:
    return summary.interval(plan.futility)[1] >= plan.threshold
