"""Exact bounds of a share: Clopper & Pearson, Biometrika 1934."""

from __future__ import annotations

from codeflash_core.stats.student import regularized_beta


def upper_bound(found: int, of: int, level: float = 0.95) -> float:
    """The share above which so few would be found with a chance of ``1 - level`` at most.

    Args:
        found: How many were found.
        of: How many were looked at, at least one.
        level: One-sided confidence, 0 to 1.

    Raises:
        ValueError: The counts are impossible.
    """
    if not 0 <= found <= of or of < 1:
        raise ValueError(f"{found} of {of}")
    if found == of:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        # P(X <= found) for the binomial is the upper tail of a beta distribution.
        if 1.0 - regularized_beta(found + 1, of - found, middle) > 1.0 - level:
            low = middle
        else:
            high = middle
    return high


def lower_bound(found: int, of: int, level: float = 0.95) -> float:
    """The share below which so many would be found with a chance of ``1 - level`` at most."""
    return 1.0 - upper_bound(of - found, of, level)
