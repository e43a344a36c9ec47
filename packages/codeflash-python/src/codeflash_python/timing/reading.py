"""From a worker's answer to samples. The worker ran foreign code: every figure is checked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from codeflash_core.model.comparison import Block, InputSamples
from codeflash_core.model.corpus import Call

SLACK_SECONDS = 0.05
"""A worker's own clock may run ahead of what the kernel has accounted so far by this much."""
MOST_SAMPLES = 10_000


class Malformed(Exception):
    """The answer is not what workers send."""


@frozen
class SideSamples:
    """One version timed in a process of its own.

    Attributes:
        cpu: CPU samples by input id, nanoseconds per call.
        wall: Wall samples by input id, as many.
        loops: Calls per sample, by input id.
        digests: Digest of what each input gave, empty where there is none.
        threads: Most threads seen.
    """

    cpu: Mapping[str, tuple[float, ...]]
    wall: Mapping[str, tuple[float, ...]]
    loops: Mapping[str, int]
    digests: Mapping[str, str] = field(factory=dict)
    threads: int = 1


def read_pair(
    data: Mapping[str, Any], calls: Sequence[Call], hash_seed: int, cpu_seconds: float, *, cold: bool = False
) -> Block:
    """The block that timed both versions in one process.

    Args:
        data: The worker's answer.
        calls: What was to be timed, with weights.
        hash_seed: The process's seed.
        cpu_seconds: CPU time that the host saw the process use.
        cold: Whether each input was used once.

    Raises:
        Malformed: Missing, extra or impossible figures.
    """
    weights = _weights(calls, cold=cold)
    found: list[InputSamples] = []
    claimed = 0.0
    for told in _inputs(data, weights):
        name, loops = told["id"], _loops(told)
        sides = [_samples(told, key) for key in ("a_cpu", "b_cpu", "a_wall", "b_wall")]
        if len({len(side) for side in sides}) != 1:
            raise Malformed("unequal numbers of samples")
        claimed += loops * sum(sides[0] + sides[1])
        # Cold samples are passes over other inputs each; the others come in quads, two of each side.
        quads = not cold and len(sides[0]) % 2 == 0
        a_cpu, b_cpu, a_wall, b_wall = (_by_turn(side) for side in sides) if quads else sides
        found.append(InputSamples(name, weights[name], loops, a_cpu, b_cpu, a_wall, b_wall, turn=int(quads)))
    _plausible(claimed, cpu_seconds, data)
    differing = data.get("differing", [])
    return Block(
        inputs=tuple(found),
        hash_seed=hash_seed,
        threads=_threads(data),
        cold=cold,
        outputs_equal=not differing,
    )


def _by_turn(samples: tuple[float, ...]) -> tuple[float, ...]:
    """The first samples of all quads, then the second ones."""
    return samples[0::2] + samples[1::2]


def read_memory(data: Mapping[str, Any], calls: Sequence[Call], hash_seed: int) -> Block:
    """A block whose samples are peak bytes instead of times.

    Raises:
        Malformed: Missing, extra or impossible figures.
    """
    weights = _weights(calls, cold=False)
    found = []
    for told in _inputs(data, weights):
        peaks = _samples(told, "peak")
        if len(peaks) != 2:
            raise Malformed("peak")
        a, b = peaks[:1], peaks[1:]
        found.append(InputSamples(told["id"], weights[told["id"]], 1, a, b, a, b))
    return Block(tuple(found), hash_seed)


def read_side(data: Mapping[str, Any], calls: Sequence[Call], cpu_seconds: float) -> SideSamples:
    """The samples of one version in a process of its own.

    Raises:
        Malformed: Missing, extra or impossible figures.
    """
    cold = data.get("cold") is True
    weights = _weights(calls, cold=cold)
    cpu, wall, loops = {}, {}, {}
    claimed = 0.0
    for told in _inputs(data, weights):
        name = told["id"]
        loops[name] = _loops(told)
        cpu[name], wall[name] = _samples(told, "cpu"), _samples(told, "wall")
        if len(cpu[name]) != len(wall[name]):
            raise Malformed("unequal numbers of samples")
        claimed += loops[name] * sum(cpu[name])
    _plausible(claimed, cpu_seconds, data)
    digests = data.get("digests")
    shown = {str(k): str(v) for k, v in digests.items()} if isinstance(digests, dict) else {}
    return SideSamples(cpu, wall, loops, shown, _threads(data))


def join(
    a: Sequence[SideSamples],
    b: Sequence[SideSamples],
    calls: Sequence[Call],
    hash_seed: int,
    *,
    cold: bool = False,
) -> Block:
    """One block of the processes that took turns: two of each version, in the order in which they ran.

    Raises:
        Malformed: The sides did not time the same inputs.
    """
    weights = _weights(calls, cold=cold)
    found = []
    for name in weights:
        # Processes of one version may have afforded fewer samples; each counts with as many.
        least = min(len(side.cpu[name]) for side in (*a, *b))
        a_cpu, b_cpu = (_both([side.cpu[name][:least] for side in sides]) for sides in (a, b))
        a_wall, b_wall = (_both([side.wall[name][:least] for side in sides]) for sides in (a, b))
        found.append(InputSamples(name, weights[name], a[0].loops[name], a_cpu, b_cpu, a_wall, b_wall))
    equal = all(len({side.digests.get(name, "") for side in (*a, *b)}) <= 1 for name in weights)
    threads = max(side.threads for side in (*a, *b))
    return Block(tuple(found), hash_seed, threads, "separate", cold, equal)


def _both(processes: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(value for samples in processes for value in samples)


def _weights(calls: Sequence[Call], *, cold: bool) -> dict[str, float]:
    if cold:
        return {"cold": 1.0}
    return {call.id: float(max(call.count, 1)) for call in calls}


def _inputs(data: Mapping[str, Any], weights: Mapping[str, float]) -> list[dict[str, Any]]:
    listed = data.get("inputs")
    if not isinstance(listed, list) or not all(isinstance(told, dict) for told in listed):
        raise Malformed("no samples")
    names = [told.get("id") for told in listed]
    if sorted(map(str, names)) != sorted(weights):
        raise Malformed("other inputs were timed than asked for")
    return listed


def _loops(told: Mapping[str, Any]) -> int:
    loops = told.get("loops")
    if not isinstance(loops, int) or isinstance(loops, bool) or not 1 <= loops <= 10**9:
        raise Malformed("the number of calls per sample")
    return loops


def _samples(told: Mapping[str, Any], key: str) -> tuple[float, ...]:
    values = told.get(key)
    if not isinstance(values, list) or not 1 <= len(values) <= MOST_SAMPLES:
        raise Malformed(key)
    for value in values:
        if not isinstance(value, float | int) or isinstance(value, bool):
            raise Malformed(key)
        if not math.isfinite(value) or value < 0:
            raise Malformed(f"{key} is no time")
    return tuple(map(float, values))


def _threads(data: Mapping[str, Any]) -> int:
    threads = data.get("threads", 1)
    return threads if isinstance(threads, int) and 1 <= threads <= 100_000 else 1


def _plausible(claimed_ns: float, cpu_seconds: float, data: Mapping[str, Any]) -> None:
    """A process can't have spent more CPU time on samples than the kernel gave it."""
    if _threads(data) == 1 and claimed_ns / 1e9 > cpu_seconds * 1.05 + SLACK_SECONDS:
        raise Malformed(f"it claims {claimed_ns / 1e9:.3f} s of CPU time and was given {cpu_seconds:.3f} s")
