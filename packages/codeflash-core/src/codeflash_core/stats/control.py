"""The A/A control: the baseline against itself says how noisy this machine is now."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from codeflash_core.model.comparison import Control
from codeflash_core.stats.disturbed import Own, counted
from codeflash_core.stats.estimate import estimate

MEAN_LIMIT = 0.005
"""A quiet machine tells the baseline from itself by no more than this, as a log ratio."""
SPREAD_LIMIT = 0.03
"""Largest minus smallest block that a quiet machine shows, as a log ratio."""
_ERRORS = 3.0


def control(ratios: Sequence[float]) -> Control:
    """Summarizes an A/A control.

    The noise floor is the larger of |mean| and three standard errors: what a difference must exceed to
    mean anything on this machine now.

    Args:
        ratios: One log ratio a block of the baseline against itself; 4 to 6 are enough.

    Raises:
        ValueError: Fewer than two blocks, or a log ratio is not finite.
    """
    if len(ratios) < 2:
        raise ValueError(f"an A/A control needs at least two blocks, got {len(ratios)}")
    summary = estimate(ratios)
    extent = max(ratios) - min(ratios)
    floor = max(abs(summary.mean), _ERRORS * summary.standard_error)
    return Control(
        mean=summary.mean,
        spread=summary.sd,
        standard_error=summary.standard_error,
        blocks=summary.n,
        noisy=abs(summary.mean) > MEAN_LIMIT or extent > SPREAD_LIMIT,
        noise_floor=math.expm1(floor),
    )


def adjusted_delta(delta: float, measured: Control | None) -> float:
    """Returns the gain to ask for on this machine: raised to the noise floor where the control is noisy.

    Args:
        delta: The gain to ask for on a quiet machine, as a fraction.
        measured: The control, or None when none was run.
    """
    return max(delta, measured.noise_floor) if measured is not None and measured.noisy else delta


def floor_by_look(
    itself: Sequence[float], delta: float, differences: Sequence[Own] = ()
) -> Callable[[int], float]:
    """What a difference has to exceed at a look, as a log ratio: by what one version shows against itself until then.

    Args:
        itself: One log ratio a block of a version against itself, in the order measured.
        delta: The difference to ask for on a quiet machine, as a fraction.
        differences: For each block, by how much a version differed from itself; the disturbed ones count for nothing.
    """

    def asked(look: int) -> float:
        seen = counted(itself, differences, look)
        return math.log1p(adjusted_delta(delta, control(seen) if len(seen) > 1 else None))

    return asked
