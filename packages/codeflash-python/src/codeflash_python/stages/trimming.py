"""Which inputs are worth their bytes: replays cost by size, and what differs shows in small inputs first."""

from __future__ import annotations

from collections.abc import Sequence

from codeflash_core.model.corpus import Call

RECORDED_BYTES = 1_500_000
GROWN_BYTES = 400_000
GROWN_SECONDS = 0.06
SMALL_BYTES = 1024
"""Inputs up to this size are always kept."""


def fitting(calls: Sequence[Call], most_bytes: int) -> tuple[Call, ...]:
    """The calls that fit, in their order: all small ones, then the others from the smallest on.

    The largest is kept besides them, so that large inputs are not left out altogether.

    Args:
        calls: Inputs of one kind.
        most_bytes: Bound on the payloads of those that are not small, together.
    """
    if sum(len(call.payload) for call in calls) <= most_bytes:
        return tuple(calls)
    kept = {call.id for call in calls if len(call.payload) <= SMALL_BYTES}
    larger = sorted(
        (call for call in calls if call.id not in kept), key=lambda call: (len(call.payload), call.id)
    )
    spent = 0
    for call in [*larger[-1:], *larger[:-1]]:
        spent += len(call.payload)
        if spent > most_bytes and call is not larger[-1]:
            break
        kept.add(call.id)
    return tuple(call for call in calls if call.id in kept)


def quick(calls: Sequence[Call], most_seconds: float = GROWN_SECONDS) -> tuple[Call, ...]:
    """The calls that together take no longer than that on the original, the quickest first, in their order.

    Args:
        calls: Grown inputs, each with the CPU time that the original took for it.
        most_seconds: Bound on their times together; each is replayed many times over.
    """
    kept: set[str] = set()
    spent = 0.0
    for call in sorted(calls, key=lambda call: (call.seconds, call.id)):
        spent += call.seconds
        if spent > most_seconds:
            break
        kept.add(call.id)
    return tuple(call for call in calls if call.id in kept)


def affordable(calls: Sequence[Call], wanted: int, most_bytes: int = GROWN_BYTES, least: int = 40) -> int:
    """How many inputs to ask for when new ones are as large as these.

    Args:
        calls: The inputs that new ones are made from.
        wanted: The number for small inputs.
        most_bytes: Bound on the new payloads together.
        least: The least number to ask for.
    """
    if not calls:
        return wanted
    usual = sorted(len(call.payload) for call in calls)[len(calls) // 2]
    return max(min(least, wanted), min(wanted, most_bytes // max(usual, 1)))
