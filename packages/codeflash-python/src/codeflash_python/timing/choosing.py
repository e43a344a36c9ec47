"""Which of many inputs are timed: few enough for short blocks, chosen over time share and size."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from codeflash_core.model.corpus import Call

MOST_TIMED = 6
COLD_LEAST = 4


def choose(calls: Sequence[Call], most: int = MOST_TIMED) -> tuple[Call, ...]:
    """A stratified choice whose weights stand for all the calls.

    Calls are ordered by size and cut into strata of about equal time; of each stratum the call with the
    most time is timed, and its count becomes the stratum's.

    Args:
        calls: The calls that count; each with its count and, where it was recorded, its time.
        most: How many to choose at most.

    Returns:
        The chosen calls, with ``count`` as the number of calls that each stands for.
    """
    counting = [call for call in calls if call.count]
    if len(counting) <= most:
        return tuple(counting)
    ordered = sorted(counting, key=lambda call: (call.size or 0, call.id))
    total = sum(map(_time, ordered))
    strata: list[list[Call]] = [[] for _ in range(most)]
    passed = 0.0
    for call in ordered:
        middle = passed + _time(call) / 2
        strata[min(most - 1, int(most * middle / total))].append(call)
        passed += _time(call)
    chosen = []
    for stratum in strata:
        if stratum:
            leader = max(stratum, key=lambda call: (_time(call), call.id))
            chosen.append(evolve(leader, count=sum(call.count for call in stratum)))
    return tuple(chosen)


def _time(call: Call) -> float:
    """Time of all calls of this kind; grown inputs without a time count by their number."""
    return call.seconds if call.seconds > 0 else 1e-9 * call.count
