"""Means over cases with percentile bootstrap intervals (Efron 1979); seeded, so that the same results give the same figures.

A case is the unit: its runs are averaged before. With few cases the percentile interval covers less than it says, so
below a number of cases there is none.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from statistics import fmean

from attrs import frozen

LEVEL = 0.95
RESAMPLES = 2000
LEAST_CASES = 5
"""Cases below which no interval is given and nothing is significant."""


@frozen
class Mean:
    """A mean over cases.

    Attributes:
        point: The mean.
        low: Lower bound; None with too few cases.
        high: Upper bound; None with too few cases.
        cases: Number of cases.
    """

    point: float
    low: float | None
    high: float | None
    cases: int


@frozen
class Change:
    """How a score changed between two sets of results, over the cases that both have.

    Attributes:
        mean: Second minus first.
        worse_p: One-sided p value of its being below zero or above it, whichever is worse; 1 with too few cases.
    """

    mean: Mean
    worse_p: float


def mean_of(values: Sequence[float], *, seed: int = 0) -> Mean | None:
    """The mean with its interval; None without values.

    Args:
        values: One a case.
        seed: Of the resampling.
    """
    if not values:
        return None
    if len(values) < LEAST_CASES:
        return Mean(fmean(values), None, None, len(values))
    means = _resampled(tuple(values), seed)
    cut = round((1.0 - LEVEL) / 2.0 * len(means))
    return Mean(fmean(values), means[cut], means[-cut - 1], len(values))


def change_of(
    first: Mapping[str, float], second: Mapping[str, float], *, sign: int, seed: int = 0
) -> Change | None:
    """How a score changed, paired by case; None without a case in common.

    Args:
        first: Values by case.
        second: Those that came after.
        sign: 1 where higher is better, -1 where lower is.
        seed: Of the resampling.
    """
    differences = [second[case] - first[case] for case in sorted(first.keys() & second.keys())]
    mean = mean_of(differences, seed=seed)
    if mean is None:
        return None
    if mean.low is None:
        return Change(mean, 1.0)
    means = _resampled(tuple(differences), seed)
    not_worse = sum(sign * each >= 0.0 for each in means)
    # Of few cases the resamples say too little: by chance alone all of them are worse once in 2 ** cases.
    return Change(mean, max((1 + not_worse) / (1 + len(means)), 0.5 ** len(differences)))


def holm(p_values: Mapping[str, float], alpha: float = 0.05) -> frozenset[str]:
    """The names that are significant together (Holm 1979).

    Args:
        p_values: By name.
        alpha: Error over all of them.
    """
    found: set[str] = set()
    for number, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: (item[1], item[0]))):
        if p > alpha / (len(p_values) - number):
            break
        found.add(name)
    return frozenset(found)


@lru_cache(maxsize=64)
def _resampled(values: tuple[float, ...], seed: int) -> tuple[float, ...]:
    """Means of samples with replacement, in order."""
    if min(values) == max(values):
        return values[:1] * RESAMPLES
    dice = random.Random(seed)
    return tuple(sorted(fmean(dice.choices(values, k=len(values))) for _ in range(RESAMPLES)))
