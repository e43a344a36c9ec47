"""Durations and sizes as people write them."""

from __future__ import annotations

import re

from codeflash_core.errors import UsageError

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def parse_seconds(text: str) -> float:
    """Seconds from ``90``, ``90s``, ``500ms``, ``2m`` or ``1h``.

    Raises:
        UsageError: It is no positive duration.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)\s*", text.lower())
    if match is None or (match[2] and match[2] not in _UNITS) or not float(match[1]):
        raise UsageError(f"not a duration: {text}", "Write it like 60s, 500ms, 2m or 1h.")
    return float(match[1]) * _UNITS.get(match[2], 1.0)


def format_seconds(seconds: float) -> str:
    """A duration with about three digits: ``1.83 ms``."""
    for factor, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= factor:
            return f"{seconds / factor:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def parse_ratio(text: str) -> float:
    """A fraction from ``0.03`` or ``3%``.

    Raises:
        UsageError: It is no fraction from 0 up.
    """
    try:
        value = float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        value = -1.0
    if not 0.0 <= value < float("inf"):
        raise UsageError(f"not a fraction: {text}", "Write it like 1e-9, 0.03 or 3%.")
    return value
