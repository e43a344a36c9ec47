"""A counterexample made as small as it can be while it still shows the difference."""

from __future__ import annotations

import hashlib
import time

from attrs import evolve

from codeflash_core.model.corpus import Call
from codeflash_core.model.side import ORIGINAL
from codeflash_core.model.verdict import Different
from codeflash_python.runtime.program import address
from codeflash_python.stages.comparing import Check

ROUNDS = 12
PROPOSALS = 40
SECONDS = 10.0
"""No further round begins after this: only the example's size depends on it, never the verdict."""
COSTLY = ("timeout", "memory")
"""Differences that take seconds to see are shown as they were found."""


async def shrink(under_way: Check, found: Different, call: Call, hash_seed: int) -> tuple[Call, Different]:
    """Replace an input by ever simpler ones on which the two sides still differ.

    Proposals share a process, so that what differs on one of them may come from those before it: whoever shows
    the last one replays it by itself.

    Args:
        under_way: The check that found it.
        found: The difference.
        call: The input.
        hash_seed: Value of ``PYTHONHASHSEED`` under which it was found.

    Returns:
        The smallest input found, and the difference on it.
    """
    if found.counterexample.facet in COSTLY:
        return call, found
    deadline = time.monotonic() + SECONDS
    for _ in range(ROUNDS):
        if time.monotonic() > deadline:
            break
        simpler = await _simpler(under_way, call)
        step = await _first_different(under_way, simpler, hash_seed)
        if step is None:
            break
        call, found = step
    return call, found


async def _simpler(under_way: Check, call: Call) -> tuple[Call, ...]:
    request = {"op": "shrink", "target": address(under_way.request.target), "limit": PROPOSALS}
    program = under_way.bench.growing(under_way.project, under_way.request.target)
    answer = await under_way.bench.client.ask(ORIGINAL, program, request, [call.payload], wall=20.0)
    if answer.failure is not None:
        return ()
    made = (evolve(call, id=hashlib.sha256(blob).hexdigest(), payload=blob, count=0) for blob in answer.blobs)
    return tuple(each for each in made if each.id != call.id)


async def _first_different(
    under_way: Check, calls: tuple[Call, ...], hash_seed: int
) -> tuple[Call, Different] | None:
    if not calls:
        return None
    verdict, index = await under_way.compare(calls, hash_seed)
    if not isinstance(verdict, Different) or not 0 <= index < len(calls):
        return None
    return calls[index], verdict
