"""Single inputs: the workload may win while one kind of call loses, within limits."""

from __future__ import annotations

import math
from collections.abc import Sequence

from codeflash_core.model.comparison import SlowerInput
from codeflash_core.stats.blocks import BlockEstimate, InputEstimate
from codeflash_core.stats.estimate import estimate

SHARE_LIMIT = 0.05
"""An input that holds this share of the workload's time, or more, may not be slower."""
LOSS_LIMIT_NS = 500.0
"""An input may lose at most this many nanoseconds a call."""
RAISED_LIMIT_NS = 1000.0
"""Twice that where it is next to nothing beside the gain: an error raised and caught, on a slow machine."""
RAISED_SHARE = 0.01
"""All slower inputs together then lose at most this share of what the workload gains."""
GUARDS = ((100.0, 0.2), (200.0, 0.05))
"""The price of a guard that keeps odd inputs on the old path: nanoseconds a call, and share of the input's own time."""
_LEAST_LOSS = math.log1p(0.01)
_ALPHA = 0.05


def slower_inputs(blocks: Sequence[BlockEstimate], metric: str = "cpu") -> tuple[SlowerInput, ...]:
    """Lists the inputs on which the candidate is slower, and whether the rule admits each.

    An input is slower when it loses more than 1 % and its 95 % upper bound over the blocks says that it
    loses: below that, half of all unaffected inputs would be named. It is admitted when it holds less than
    5 % of the workload's time before the change and loses at most 500 ns a call (1,000 ns when all slower
    inputs together lose at most 1 % of what the workload gains), or when it loses no more than a guard
    costs: 100 ns and a fifth of its own time, or 200 ns and a twentieth.

    Args:
        blocks: Estimates of blocks; an input need not be in each.
        metric: The clock that decides, ``cpu`` or ``wall``.

    Returns:
        The slower inputs, the largest share first.
    """
    seen: dict[str, list[InputEstimate]] = {}
    for block in blocks:
        for each in block.inputs:
            seen.setdefault(each.input, []).append(each)
    rows = []
    for name, estimates in seen.items():
        pairs = [each.pair(metric) for each in estimates]
        a, b = (math.fsum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1))
        weight = math.fsum(each.weight for each in estimates) / len(blocks)
        rows.append((name, pairs, weight, a, b))
    total_a = math.fsum(weight * a for _, _, weight, a, _ in rows)
    slower = [(name, weight, a, b - a) for name, pairs, weight, a, b in rows if _loses(pairs)]
    gain = total_a - math.fsum(weight * b for _, _, weight, _, b in rows)
    lost = math.fsum(weight * loss for _, weight, _, loss in slower)
    limit = RAISED_LIMIT_NS if lost <= RAISED_SHARE * gain else LOSS_LIMIT_NS
    found = []
    for name, weight, a, loss in slower:
        share = _share(weight * a, total_a)
        rare = share < SHARE_LIMIT and loss <= limit
        guarded = any(loss <= most and loss <= part * a for most, part in GUARDS)
        found.append(SlowerInput(input=name, share=share, loss_ns=loss, allowed=rare or guarded))
    return tuple(sorted(found, key=lambda each: (-each.share, each.input)))


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else 0.0


def _loses(pairs: Sequence[tuple[float, float]]) -> bool:
    ratios = [math.log(a / b) for a, b in pairs if a > 0.0 and b > 0.0]
    if not ratios:
        return False
    summary = estimate(ratios)
    if summary.mean > -_LEAST_LOSS:
        return False
    return summary.n < 2 or summary.interval(_ALPHA)[1] < 0.0
