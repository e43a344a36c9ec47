"""Quantities on price labels."""

from functools import lru_cache
from math import isfinite


@lru_cache(maxsize=None, typed=True)
def format_quantity(value, unit):
    """``3 kg`` for whole numbers, ``2.50 kg`` for floats, ``yes``/``no`` for flags."""
    if value is True:
        return f"yes ({unit})"
    if value is False:
        return f"no ({unit})"
    if isinstance(value, int):
        return f"{value} {unit}"
    if not isfinite(value):
        raise ValueError(f"no label for {value}")
    return f"{value:.2f} {unit}"


def sheet(rows):
    """One line for each (name, value, unit)."""
    return "\n".join([f"{name}: {format_quantity(value, unit)}" for name, value, unit in rows])
