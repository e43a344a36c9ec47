"""Which of many inputs are timed: few enough for short blocks, chosen over time share and size."""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import evolve

from codeflash_core.model.corpus import Call

MOST_TIMED = 6
COLD_LEAST = 4


def choose(calls: Sequence[Call], most: int = MOST_TIMED) -> tuple[Call, ...]:
    """A stratified choice whose weights stand for all the calls.

    Calls are ordered by the time of one call and cut into strata of about equal time; the middle one of
    each stratum is timed, besides the call that is made most often. Every other call is then represented
    by the timed one that is nearest to it in time, so that the weighted total stays the workload's.

    Args:
        calls: The calls that count; each with its count and, where it was recorded, its time.
        most: How many to choose at most.

    Returns:
        The chosen calls, with ``count`` as the number of calls that each stands for.

    Raises:
        ValueError: ``most`` is not positive.
    """
    if most < 1:
        raise ValueError(f"at least one call is timed, got {most}")
    counting = [call for call in calls if call.count > 0]
    if len(counting) <= most:
        return tuple(counting)
    chosen = _chosen(sorted(counting, key=lambda call: (_one(call), call.size or 0, call.id)), most)
    represented = {call.id: 0.0 for call in chosen}
    for call in counting:
        nearest = min(chosen, key=lambda other: (_distance(call, other), other.id))
        represented[nearest.id] += _whole(call) / _one(nearest)
    return tuple(evolve(call, count=max(1, round(represented[call.id]))) for call in chosen)


def _chosen(ordered: Sequence[Call], most: int) -> list[Call]:
    """The middle of each stratum of time, and the most frequent call; in the order of the calls."""
    found = {max(ordered, key=lambda call: (call.count, _whole(call), call.id)).id}
    total = math.fsum(map(_whole, ordered))
    strata = most
    while strata and len(found) < most:
        passed, stratum = 0.0, 0
        for call in ordered:
            passed += _whole(call)
            if passed >= total * (stratum + 0.5) / strata:
                if len(found) < most:
                    found.add(call.id)
                while passed >= total * (stratum + 0.5) / strata:
                    stratum += 1
        strata -= 1
    return [call for call in ordered if call.id in found]


def _distance(a: Call, b: Call) -> tuple[float, float]:
    """How unlike two calls are: in the time of a call, then in size, on the log scale."""
    if a.id == b.id:
        return (-1.0, 0.0)
    return (
        abs(math.log(_one(a)) - math.log(_one(b))),
        abs(math.log1p(a.size or 0) - math.log1p(b.size or 0)),
    )


def _whole(call: Call) -> float:
    """Time of all calls of this kind in seconds; inputs without a time count by their number and size."""
    return call.seconds if call.seconds > 0 else 1e-9 * call.count * (1 + (call.size or 0))


def _one(call: Call) -> float:
    """Time of one call in seconds."""
    return _whole(call) / call.count
