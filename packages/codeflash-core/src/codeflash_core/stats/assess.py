"""From blocks to a comparison: the whole rule in one place.

The sequential test on the clock that decides, the mean wall ratio positive with it, and no input slower
beyond what is admitted. Blocks of four processes hold the baseline twice: what these say of each other at a look
is an A/A control, and raises the gain asked for where they are noisy. A malformed block, or one whose outputs differ, makes the comparison inconclusive
with its problem named: leaving blocks out would let a crash choose the sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import evolve

from codeflash_core.model.comparison import Block, Comparison, Control, Interval, Outcome
from codeflash_core.stats.blocks import BlockEstimate, against_itself, estimate_block, primary_clock
from codeflash_core.stats.control import adjusted_delta, control
from codeflash_core.stats.inputs import slower_inputs
from codeflash_core.stats.sequential import STANDARD, Plan, decide


def _estimates(blocks: Sequence[Block]) -> tuple[BlockEstimate, ...]:
    """The blocks' estimates, after seeing that all of them timed the same calls."""
    found = tuple(estimate_block(block) for block in blocks)
    first = {samples.input for samples in blocks[0].inputs}
    for index, block in enumerate(blocks):
        names = {samples.input for samples in block.inputs}
        # Cold blocks never repeat an input, so theirs differ by intent.
        if names != first and not block.cold:
            odd = ", ".join(sorted(names ^ first)[:3])
            raise ValueError(f"block {index} timed other inputs than the first one: {odd}")
    return found


def assess(blocks: Sequence[Block], plan: Plan = STANDARD) -> Comparison:
    """Judges the speed of a candidate from the blocks measured so far.

    Args:
        blocks: Blocks in the order measured; more are asked for while the outcome is ``continue``
            (up to `plan.next_look(len(blocks))`).
        plan: The test, fixed before the first block.

    Returns:
        The comparison. It never raises: what cannot be judged is inconclusive, with the problem named.
    """
    blocks = tuple(blocks)
    if not blocks:
        return Comparison(outcome=Outcome.CONTINUE, interval=None, delta=plan.delta)
    try:
        estimates = _estimates(blocks)
    except ValueError as error:
        return Comparison(
            outcome=Outcome.INCONCLUSIVE, interval=None, delta=plan.delta, blocks=blocks, problem=str(error)
        )
    metric = primary_clock(blocks)
    ratios = [each.ratio(metric) for each in estimates]
    if not all(math.isfinite(ratio) for ratio in ratios):
        return Comparison(
            outcome=Outcome.INCONCLUSIVE,
            interval=None,
            delta=plan.delta,
            metric=metric,
            blocks=blocks,
            problem="a CPU clock read zero; the calls are too short for it",
        )
    walls = [each.wall for each in estimates]
    reading = decide(
        ratios,
        plan,
        joint=lambda look: math.fsum(walls[:look]) > 0.0,
        floor=lambda look: math.log1p(_asked(plan, _control(blocks[:look], metric))),
    )
    used = reading.estimate.n
    within = _control(blocks[:used], metric)
    comparison = Comparison(
        outcome=reading.outcome,
        interval=reading.interval,
        # Giving up early compares with the plan's own threshold, see `decide`.
        delta=plan.delta if reading.outcome is Outcome.NOT_FASTER else _asked(plan, within),
        metric=metric,
        wall_mean=math.fsum(walls[:used]) / used,
        slower_inputs=slower_inputs(estimates[:used], metric),
        blocks=blocks,
        control=within,
        problem="; ".join(caution.value for caution in reading.cautions),
    )
    if reading.outcome is Outcome.FASTER and any(not each.allowed for each in comparison.slower_inputs):
        return evolve(comparison, outcome=Outcome.NOT_FASTER)
    return comparison


def _control(blocks: Sequence[Block], metric: str) -> Control | None:
    """The A/A control that the blocks hold themselves."""
    ratios = against_itself(blocks, metric)
    return control(ratios) if len(ratios) > 1 else None


def _asked(plan: Plan, within: Control | None) -> float:
    return adjusted_delta(plan.delta, within)


def interval_of(blocks: Sequence[Block], alpha: float, metric: str = "cpu") -> Interval | None:
    """The speedup of some blocks with a plain Student interval, for figures that decide nothing by looks.

    Args:
        blocks: Blocks of one kind, such as the cold ones.
        alpha: One-sided error of the bounds.
        metric: The clock, ``cpu`` or ``wall``.

    Returns:
        The interval, or None when the blocks are too few or cannot be judged.
    """
    try:
        ratios = [estimate_block(block).ratio(metric) for block in blocks]
        # A plan with one look is a plain t test, so the arithmetic stays in one place.
        plan = Plan(looks=(max(len(ratios), 2),), alphas=(alpha,))
        return decide(ratios, plan).interval if len(ratios) > 1 else None
    except ValueError:
        return None
