"""Numbers as reports print them."""

from __future__ import annotations

import math

from codeflash_core.model.comparison import Interval


def ratio(value: float) -> str:
    """A ratio with two decimals, none from 100 on: ``1.83``, ``253``."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "?"
    return f"{value:.2f}" if abs(value) < 100 else f"{value:,.0f}"


def interval(value: Interval) -> str:
    """A speedup with its bounds: ``1.83x [1.79, 1.88]``; of a single block, which has none, ``about 1.83x``."""
    if value.blocks < 2:
        return f"about {ratio(value.point)}x"
    return f"{ratio(value.point)}x [{ratio(value.low)}, {ratio(value.high)}]"


def percent(value: float, decimals: int = 1) -> str:
    """A fraction as a percentage without needless zeros: 0.004 is ``0.4 %``."""
    shown = f"{round(100 * value, decimals) + 0.0:.{decimals}f}"  # adding 0 turns -0 into 0
    return f"{shown.rstrip('0').rstrip('.') if '.' in shown else shown} %"


def level(value: float) -> str:
    """A confidence level: 0.999 is ``99.9 %``."""
    return percent(value, 3)


def nanoseconds(value: float) -> str:
    """A time with three digits in its natural unit: 1234.5 is ``1.23 µs``."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        # 999.6 µs would print as 1000 µs; it is 1 ms.
        if abs(value) >= 0.9995 * size:
            return f"{_three_digits(value / size)} {unit}"
    return f"{_three_digits(value)} ns"


def _three_digits(value: float) -> str:
    if value == 0:
        return "0"
    decimals = max(0, 2 - math.floor(math.log10(abs(value) * 1.0005)))  # 0.9996 has the digits of 1
    return f"{value:.{min(decimals, 3)}f}"


def seconds(value: float) -> str:
    """A duration that a person waited: ``4.2 s``, ``3 min 5 s``."""
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s"


def exponent(value: tuple[float, float, float]) -> str:
    """A fitted exponent with its bounds: ``n^1.98 [1.95, 2.01]``."""
    point, low, high = value
    return f"n^{point:.2f} [{low:.2f}, {high:.2f}]"


LEAST_MONEY = 0.0001
"""The smallest price that is written out."""


def money(amount: float | None) -> str:
    """A price in US dollars: ``$0.0123``, ``$1.50``; one that nobody told is not 0, nor is one that is very small."""
    if amount is None:
        return "not told"
    if 0 < amount < LEAST_MONEY:
        return f"under ${LEAST_MONEY}"
    whole, _, rest = f"{amount:,.4f}".partition(".")
    return f"${whole}.{rest.rstrip('0').ljust(2, '0')}"


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 test``, ``31 tests``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
