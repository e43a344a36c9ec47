"""How time grows with the size of the input: a power law fitted on the log-log scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

from codeflash_core.model.comparison import Growth
from codeflash_core.stats.estimate import line
from codeflash_core.stats.student import upper_quantile

LEAST_SIZES = 5
"""Different sizes that a fit needs."""
_ALPHA = 0.025
_WORSE = 0.1
_STEADY = 0.75
"""A rise that falls below this share of what it was fades out."""
_NOISE = 0.05
"""Share of a call's time by which a saving may seem to shrink."""
_BEYOND = 1000.0
"""Times the largest size measured: a candidate that is slower only from there on is slower nowhere that matters."""


def exponent(sizes: Sequence[int], times: Sequence[float]) -> tuple[float, float, float]:
    """Fits log t = a + k log n and returns k with its 95 % bounds.

    Args:
        sizes: Positive sizes, five different ones at least.
        times: Positive times in one unit, one for each size.

    Returns:
        Point, low and high of the exponent.

    Raises:
        ValueError: Too few sizes, unequal lengths, or a size or time that is not positive and finite.
    """
    if len(sizes) != len(times):
        raise ValueError(f"{len(sizes)} sizes and {len(times)} times")
    if len(set(sizes)) < LEAST_SIZES:
        raise ValueError(f"a growth fit needs {LEAST_SIZES} different sizes, got {len(set(sizes))}")
    for value in (*sizes, *times):
        if not math.isfinite(value) or value <= 0:
            raise ValueError(f"sizes and times are positive and finite, got {value}")
    _, slope, error = line([math.log(size) for size in sizes], [math.log(time) for time in times])
    margin = upper_quantile(_ALPHA, len(sizes) - 2) * error
    return (slope, slope - margin, slope + margin)


def growth(sizes: Sequence[int], a_ns: Sequence[float], b_ns: Sequence[float]) -> Growth:
    """Fits both sides.

    Args:
        sizes: Positive sizes, five different ones at least.
        a_ns: Nanoseconds per call of the baseline at each size.
        b_ns: The same for the candidate.

    Raises:
        ValueError: As `exponent` says.
    """
    order = sorted(range(len(sizes)), key=sizes.__getitem__)
    a_exponent, b_exponent = exponent(sizes, a_ns), exponent(sizes, b_ns)
    return Growth(
        sizes=tuple(sizes[i] for i in order),
        a_ns=tuple(a_ns[i] for i in order),
        b_ns=tuple(b_ns[i] for i in order),
        a_exponent=a_exponent,
        b_exponent=b_exponent,
    )


def grows_worse(fitted: Growth) -> bool:
    """Says whether the candidate's time grows faster than the baseline's, beyond doubt and by more than 0.1.

    The exponent's difference is fitted to the ratio of both sides at each size: what bends both curves
    alike (a cache boundary, a constant term) cancels. A candidate that saves a constant has the larger exponent
    too, since it leaves only what grows: there the ratio rises less and less, and the saving does not shrink.
    Nor does a rise count that would make the candidate slower only at sizes a thousand times the largest one
    measured: so small an exponent on so large a gain is as likely noise of the short calls.

    Args:
        fitted: Both sides at the same sizes.
    """
    ratios = [b / a for a, b in zip(fitted.a_ns, fitted.b_ns, strict=True)]
    point, low, _ = exponent(fitted.sizes, ratios)
    if low <= 0.0 or point <= _WORSE or -math.log(ratios[-1]) / point > math.log(_BEYOND):
        return False
    return _saves_less(fitted) or _keeps_rising(fitted.sizes, ratios)


def _saves_less(fitted: Growth) -> bool:
    """Whether less time is saved at the largest size than at a smaller one, by more than noise could make."""
    *before, last = [a - b for a, b in zip(fitted.a_ns, fitted.b_ns, strict=True)]
    return last < max(before) - _NOISE * fitted.a_ns[-1]


def _keeps_rising(sizes: Sequence[int], ratios: Sequence[float]) -> bool:
    """Whether the ratio rises over the larger half of the sizes about as steeply as over the smaller half."""
    middle = len(sizes) // 2
    logs = [(math.log(size), math.log(ratio)) for size, ratio in zip(sizes, ratios, strict=True)]
    _, smaller, _ = line(*zip(*logs[: middle + 1], strict=True))
    _, larger, _ = line(*zip(*logs[middle:], strict=True))
    return larger > _WORSE and larger > _STEADY * smaller
