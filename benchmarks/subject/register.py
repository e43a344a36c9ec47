"""One function of about a millisecond, with tests: what the speed of the engine is measured on."""

from __future__ import annotations


def numbered(values: list[int]) -> list[int]:
    """A register number for each value."""
    found: list[int] = []
    for value in values:
        found = found + [value * 3 % 1009]  # noqa: RUF005 - the slowness that is wanted
    return found


def checksum(values: list[int]) -> int:
    """A short function that is called very often."""
    total = 0
    for value in values:
        total = (total * 31 + value) % 65521
    return total
