"""The ratio of two unpaired samples: what other tools leave behind, runs of one version after runs of the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

from codeflash_core.model.comparison import Interval
from codeflash_core.stats.estimate import SD_FLOOR, estimate
from codeflash_core.stats.student import upper_quantile

LEVEL = 0.99


def unpaired_ratio(a: Sequence[float], b: Sequence[float], level: float = LEVEL) -> Interval:
    """The time of A over the time of B, by Welch's t on the logarithms (Welch 1947).

    Runs of one version after those of the other share the machine's moment: a drift between the two is in the ratio,
    and no interval shows it.

    Args:
        a: Positive times of the first version.
        b: Positive times of the second.
        level: Two-sided confidence level.

    Raises:
        ValueError: There are fewer than two times of a version, or one is not positive and finite.
    """
    for times in (a, b):
        if len(times) < 2 or not all(math.isfinite(each) and each > 0.0 for each in times):
            raise ValueError("two positive times of each version are needed at least")
    first, second = (estimate([math.log(each) for each in times], SD_FLOOR) for times in (a, b))
    parts = [each.standard_error**2 for each in (first, second)]
    error = math.sqrt(sum(parts))
    freedom = sum(parts) ** 2 / sum(
        part**2 / (each.n - 1) for part, each in zip(parts, (first, second), strict=True)
    )
    mean, margin = first.mean - second.mean, upper_quantile((1.0 - level) / 2.0, freedom) * error
    low, point, high = (math.exp(value) for value in (mean - margin, mean, mean + margin))
    return Interval(point=point, low=low, high=high, level=level, blocks=min(len(a), len(b)))
