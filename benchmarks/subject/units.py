"""Small functions of known cost: each does equal units of work, and returns what the last unit gave.

The count of units is all that a version changes, so the true gain of 20 units over 21 is 5 %.
"""

from __future__ import annotations


def _congruences(seed: int) -> int:
    for step in range(200):
        seed = (seed * 31 + step) % 1_000_003
    return seed


def congruences(seed: int) -> int:
    """Integer arithmetic in a loop."""
    value = 0
    for _ in range(21):
        value = _congruences(seed)
    return value


def _tally(words: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts


def tally(words: list[str]) -> dict[str, int]:
    """Dictionary updates."""
    value: dict[str, int] = {}
    for _ in range(21):
        value = _tally(words)
    return value


def _labels(numbers: list[int]) -> str:
    return ",".join([f"{number:05d}" for number in numbers])


def labels(numbers: list[int]) -> str:
    """Formatting and joining: allocates much."""
    value = ""
    for _ in range(21):
        value = _labels(numbers)
    return value


def _ordered(rows: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return sorted(rows, key=lambda row: (row[1], row[0]))


def ordered(rows: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Sorting with a key: time in the interpreter's own C code and in calls back."""
    value: list[tuple[int, str]] = []
    for _ in range(21):
        value = _ordered(rows)
    return value
