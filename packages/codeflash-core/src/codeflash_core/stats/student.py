"""Student's t distribution from the regularized incomplete beta function, standard library only.

The incomplete beta function is evaluated by its continued fraction (DLMF 8.17.22) with Lentz's method;
the quantile inverts the upper tail, so that tail probabilities far below 1e-9 keep their relative precision.
"""

from __future__ import annotations

import math
from functools import lru_cache

_TINY = 1e-300
_PRECISION = 1e-16
_MAX_TERMS = 10_000


def _continued_fraction(a: float, b: float, x: float) -> float:
    """Evaluates DLMF 8.17.22 by the modified Lentz method."""
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > _TINY else _TINY)
    value = d
    for m in range(1, _MAX_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        step = 1.0
        for coefficient in (even, odd):
            d = 1.0 + coefficient * d
            d = 1.0 / (d if abs(d) > _TINY else _TINY)
            c = 1.0 + coefficient / c
            c = c if abs(c) > _TINY else _TINY
            step = c * d
            value *= step
        if abs(step - 1.0) < _PRECISION:
            break
    return value


def regularized_beta(a: float, b: float, x: float) -> float:
    """Returns the regularized incomplete beta function I_x(a, b).

    Args:
        a: First shape, positive.
        b: Second shape, positive.
        x: Upper end of the integral, 0 to 1.

    Raises:
        ValueError: A shape is not positive, or x lies outside 0..1.
    """
    if not (a > 0.0 and b > 0.0):
        raise ValueError(f"the shapes of a beta distribution are positive, got {a} and {b}")
    if not 0.0 <= x <= 1.0:
        raise ValueError(f"the incomplete beta function needs 0 <= x <= 1, got {x}")
    if x in (0.0, 1.0):
        return x
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    front = math.exp(log_front)
    # The fraction converges fast only left of the mean; beyond it I_x(a, b) = 1 - I_{1-x}(b, a).
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _continued_fraction(a, b, x) / a
    return 1.0 - front * _continued_fraction(b, a, 1.0 - x) / b


def survival(t: float, df: float) -> float:
    """Returns P(T > t) for Student's t.

    Args:
        t: Where the upper tail starts.
        df: Degrees of freedom, positive.

    Raises:
        ValueError: df is not positive, or an argument is NaN.
    """
    if math.isnan(t) or not df > 0.0:
        raise ValueError(f"Student's t needs a number and positive degrees of freedom, got {t} and {df}")
    if math.isinf(t):
        return 0.0 if t > 0 else 1.0
    square = t * t
    if square < df:  # near the centre the complement keeps the digits that 1 - x would lose
        tail = 0.5 * (1.0 - regularized_beta(0.5, df / 2.0, square / (df + square)))
    else:
        tail = 0.5 * regularized_beta(df / 2.0, 0.5, df / (df + square))
    return tail if t >= 0 else 1.0 - tail


def cdf(t: float, df: float) -> float:
    """Returns P(T <= t) for Student's t with `df` degrees of freedom.

    Raises:
        ValueError: df is not positive, or an argument is NaN.
    """
    return survival(-t, df)


@lru_cache(maxsize=4096)
def upper_quantile(alpha: float, df: float) -> float:
    """Returns the t that the upper tail of probability `alpha` starts at: P(T > t) = alpha.

    Args:
        alpha: One-sided tail probability, strictly between 0 and 1.
        df: Degrees of freedom, positive.

    Raises:
        ValueError: alpha or df is out of range.
    """
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"a tail probability lies strictly between 0 and 1, got {alpha}")
    if not df > 0.0:
        raise ValueError(f"Student's t needs positive degrees of freedom, got {df}")
    if alpha == 0.5:
        return 0.0
    if alpha > 0.5:
        return -upper_quantile(1.0 - alpha, df)
    low, high = 0.0, 1.0
    while survival(high, df) > alpha:
        low, high = high, high * 2.0
        if math.isinf(high):
            raise ValueError(f"no finite quantile for a tail of {alpha} with {df} degrees of freedom")
    for _ in range(200):  # bisection: monotone, and it stops where floats do
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if survival(middle, df) > alpha:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def quantile(p: float, df: float) -> float:
    """Returns the t with P(T <= t) = p for Student's t with `df` degrees of freedom.

    Raises:
        ValueError: p is not strictly between 0 and 1, or df is not positive.
    """
    return -upper_quantile(p, df)
