"""The parts of a proof that a run can do without, to find out what each is worth."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Part(StrEnum):
    """One part of the proof.

    Without `GROWTH` only recorded inputs are compared and timed; without `ADEQUACY` it does not count what the
    checks would notice or reach; without `COLD` a cache is judged by its warm figure; without `CONFIRMATION` the
    screening decides on speed.
    """

    GROWTH = "growth"
    ADEQUACY = "adequacy"
    COLD = "cold"
    CONFIRMATION = "confirmation"


def off_sentence(without: Iterable[Part]) -> str:
    """What a reader is told of a proof that is not whole, or an empty string where it is.

    Args:
        without: The parts that were off.
    """
    names = [part.value for part in Part if part in set(without)]
    return f"parts of the proof were off: {', '.join(names)}; nothing of it is delivered" if names else ""
