"""Means over blocks with their intervals, on the log scale.

A block's estimate is one number, the log ratio `ln(A / B)`: positive when B is faster. Blocks are fresh
processes and so the independent unit (Kalibera & Jones 2013); samples inside one are pseudo-replicates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import frozen

from codeflash_core.stats.student import upper_quantile

SD_FLOOR = 0.001
"""Least standard deviation believed of block estimates, as a log ratio: 0.1 %."""

_SAME = 1e-12
"""Log ratios closer than this are the same number; real clocks never agree so well over processes."""


@frozen
class Estimate:
    """The mean of block estimates and what is needed for intervals around it."""

    n: int
    """Blocks."""
    mean: float
    """Mean log ratio."""
    sd: float
    """Standard deviation between blocks, floored."""
    degenerate: bool
    """All blocks agree to the last digit (or there is one only): the spread is not known."""

    @property
    def standard_error(self) -> float:
        """Standard error of the mean, infinite for a single block."""
        return self.sd / math.sqrt(self.n) if self.n > 1 else math.inf

    def interval(self, alpha: float) -> tuple[float, float]:
        """Returns the mean minus and plus the Student margin with `alpha` in each tail.

        Args:
            alpha: One-sided error, between 0 and 0.5.
        """
        if self.n < 2:
            return (-math.inf, math.inf)
        margin = upper_quantile(alpha, self.n - 1) * self.standard_error
        return (self.mean - margin, self.mean + margin)


def estimate(ratios: Sequence[float], sd_floor: float = SD_FLOOR) -> Estimate:
    """Summarizes the log ratios of some blocks.

    Args:
        ratios: One log ratio a block.
        sd_floor: Least standard deviation to assume, as a log ratio.

    Raises:
        ValueError: There are no blocks, or a log ratio is not finite.
    """
    if not ratios:
        raise ValueError("an estimate needs at least one block")
    for index, ratio in enumerate(ratios):
        if not math.isfinite(ratio):
            raise ValueError(f"the log ratio of block {index} is {ratio}, not a finite number")
    n = len(ratios)
    mean = math.fsum(ratios) / n
    variance = math.fsum((r - mean) ** 2 for r in ratios) / (n - 1) if n > 1 else 0.0
    degenerate = max(ratios) - min(ratios) <= _SAME
    return Estimate(n=n, mean=mean, sd=max(math.sqrt(variance), sd_floor), degenerate=degenerate)


def line(xs: Sequence[float], ys: Sequence[float]) -> tuple[float, float, float]:
    """Fits a least-squares line.

    Args:
        xs: Abscissas, not all equal.
        ys: Ordinates, as many.

    Returns:
        Intercept, slope and the slope's standard error (infinite for two points).

    Raises:
        ValueError: Fewer than two points, unequal lengths, or no two different abscissas.
    """
    n = len(xs)
    if n < 2 or n != len(ys):
        raise ValueError(
            f"a line needs as many ordinates as abscissas and two at least, got {n} and {len(ys)}"
        )
    mean_x, mean_y = math.fsum(xs) / n, math.fsum(ys) / n
    spread = math.fsum((x - mean_x) ** 2 for x in xs)
    if spread == 0.0:
        raise ValueError("a line needs two different abscissas")
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
    intercept = mean_y - slope * mean_x
    if n == 2:
        return intercept, slope, math.inf
    residual = math.fsum((y - intercept - slope * x) ** 2 for x, y in zip(xs, ys, strict=True))
    return intercept, slope, math.sqrt(residual / (n - 2) / spread)
