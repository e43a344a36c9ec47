"""Durations and sizes as people write them."""

from __future__ import annotations

import re

from codeflash_core.errors import UsageError

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
DURATIONS = "Write it like 60s, 500ms, 2m or 1h; a number alone is seconds."


def parse_seconds(text: str) -> float:
    """Seconds from ``90``, ``90s``, ``500ms``, ``2m`` or ``1h``.

    Raises:
        UsageError: It is no positive duration.
    """
    match = re.fullmatch(r"\s*([+-]?)(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)\s*", text.lower())
    if match is None or (match[3] and match[3] not in _UNITS):
        raise UsageError(f"not a duration: {text}", DURATIONS)
    seconds = float(match[2]) * _UNITS.get(match[3], 1.0)
    if match[1] == "-" or not seconds:
        raise UsageError(f"a duration above 0 is wanted, not {text}", DURATIONS)
    return seconds


def format_seconds(seconds: float) -> str:
    """A duration with about three digits: ``1.83 ms``."""
    for factor, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= factor:
            return f"{seconds / factor:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def parse_money(text: str) -> float:
    """US dollars from ``2``, ``0.50`` or ``$0.50``.

    Raises:
        UsageError: It is no amount from 0 up.
    """
    match = re.fullmatch(r"\s*\$?\s*(\d{1,9}(?:\.\d*)?|\.\d+)\s*", text)
    if match is None:
        raise UsageError(f"not an amount of US dollars: {text}", "Write it like 0.50, 2 or $2.")
    return float(match[1])


def parse_ratio(text: str) -> float:
    """A fraction below 1 from ``0.03`` or ``3%``.

    Raises:
        UsageError: It is no fraction from 0 to below 1.
    """
    hint = "Write it like 1e-9, 0.03 or 3%."
    try:
        value = float(text.strip().removesuffix("%")) / (100.0 if text.strip().endswith("%") else 1.0)
    except ValueError:
        raise UsageError(f"not a fraction: {text}", hint) from None
    if not 0.0 <= value < 1.0:
        raise UsageError(f"a fraction from 0 to below 1 is wanted, not {text}", hint)
    return value


def parse_count(text: str, least: int | None = 1) -> int:
    """A whole number.

    Args:
        text: What was written.
        least: The smallest that makes sense, or None where any does.

    Raises:
        UsageError: It is none, or a smaller one.
    """
    wanted = "a whole number is wanted" if least is None else f"a whole number from {least} up is wanted"
    if not re.fullmatch(r"\s*[+-]?[0-9]{1,18}\s*", text) or (least is not None and int(text) < least):
        raise UsageError(f"{wanted}, not {text}")
    return int(text)
