"""Where the time of each benchmark goes in each version, by function; and what it allocates."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence

from attrs import evolve

from codeflash_core.ports.benchmarks import BenchmarkFailure, FunctionTime
from codeflash_core.versions.bench import BLOCK_SECONDS, Version
from codeflash_core.versions.values import FunctionChange, Memory, Row

PROFILED_SECONDS = 0.2
MOST_CALLS = 200
SHOWN = 12
"""Most functions of a row."""
Profiles = Mapping[str, tuple[FunctionTime, ...]]


async def profiles(
    version: Version, ids: Sequence[str], *, memory: bool
) -> tuple[Profiles, Mapping[str, Memory]]:
    """The functions of each benchmark with their times, and what each allocates; those that fail are left out.

    Args:
        version: The version.
        ids: The benchmarks.
        memory: Whether allocations are wanted; measured after the profile, so that neither disturbs the other.
    """
    found: dict[str, tuple[FunctionTime, ...]] = {}
    allocated: dict[str, Memory] = {}
    left = list(ids)
    while left:
        at = ""
        with contextlib.suppress(BenchmarkFailure):
            async with version.benchmarks.run(
                version.project, version.side, left, hash_seed=1, wall_seconds=BLOCK_SECONDS
            ) as run:
                while not (stop := await run.proceed()).over:
                    at = stop.id
                    if stop.ended:
                        continue
                    pace = await run.calibrate()
                    calls = max(1, min(MOST_CALLS, round(PROFILED_SECONDS * 1e9 / max(pace.ns, 1.0))))
                    found[at] = await run.profile(calls)
                    if memory:
                        allocated[at] = Memory(*await run.memory())
            break
        # The process died in that benchmark, or before the first: those after it get another one.
        left = left[(left.index(at) if at in left else 0) + 1 :]
    return found, allocated


def with_functions(row: Row, before: Profiles, after: Profiles) -> Row:
    """The row with its functions, those whose own time changed most first."""
    if row.id not in before or row.id not in after:
        return row
    sides = [{(each.path, each.name): each for each in profile[row.id]} for profile in (before, after)]
    changes = [
        FunctionChange(path, name, sides[0].get((path, name)), sides[1].get((path, name)))
        for path, name in sorted(sides[0].keys() | sides[1].keys())
    ]
    changes.sort(key=lambda each: -abs(each.own_saved))
    return evolve(row, functions=tuple(changes[:SHOWN]))


def spends_time_in(profile: Sequence[FunctionTime], functions: Sequence[str]) -> bool:
    """Whether a benchmark calls one of the functions, given as ``path.py::name`` or as a name."""
    names = {f"{each.path}::{each.name}" for each in profile} | {each.name for each in profile}
    return any(function in names for function in functions)
