"""How much less a version costs on the hidden workload: fresh processes in turns, log ratios, Student's t.

A round is one fresh process of each version in random order under one hash seed; the ratio is taken within a round and
the round is the unit (Kalibera & Jones 2013). The same rounds measure the reference, so that the shares compare like with like.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from codeflash_core.model.comparison import Interval
from codeflash_core.stats.estimate import estimate
from codeflash_evals.cases.case import Metric
from codeflash_evals.hidden.chamber import Chamber, Failed, Version

LEVEL = 0.95
ROUNDS = {Metric.TIME: 8, Metric.IMPORT: 12, Metric.MEMORY: 4}
SECONDS_A_PROCESS = 0.15
"""Time that the samples of one process aim at."""
WALL_SECONDS = 60.0
WAITS, SHARES = 0.9, 1.1
"""Processor time over wall time: below, the workload waits; above, it uses several threads. Then wall time is what counts."""


@frozen
class Workload:
    """What is measured.

    Attributes:
        metric: What is to be saved.
        cold: Whether the first call of a process counts, so that what was kept from earlier calls saves nothing.
        module: The module whose import is measured.
        command: What is run as a whole; empty for the hidden workload.
    """

    metric: Metric = Metric.TIME
    cold: bool = False
    module: str = ""
    command: tuple[str, ...] = ()


@frozen
class Saving:
    """The cost of the original over that of each other version.

    Attributes:
        intervals: By version name.
        logs: Log ratio of each round by version name.
        unit: ``cpu``, ``wall`` or ``bytes``.
    """

    intervals: Mapping[str, Interval]
    logs: Mapping[str, tuple[float, ...]]
    unit: str


async def measure(
    chamber: Chamber, before: Version, others: Sequence[Version], workload: Workload, *, seed: int = 0
) -> Saving | Failed:
    """Measure versions against the original.

    Args:
        chamber: Where they run.
        before: The original.
        others: The versions.
        workload: What is measured.
        seed: Of the random order.
    """
    dice = random.Random(seed)
    versions = [before, *others]
    rounds: list[dict[str, tuple[float, float]]] = []
    for number in range(ROUNDS[workload.metric] + 1):
        hash_seed, costs = dice.randrange(1, 2**32 - 1), {}
        for version in dice.sample(versions, len(versions)):
            cost = await _cost(chamber, version, workload, hash_seed)
            if isinstance(cost, Failed):
                return Failed(f"the hidden workload failed on the version {version.name}: {cost.why}")
            costs[version.name] = cost
        if number:  # the first round leaves the bytecode behind
            rounds.append(costs)
    return savings(rounds, before.name, bytes_=workload.metric is Metric.MEMORY)


def savings(
    rounds: Sequence[Mapping[str, tuple[float, float]]], before: str, *, bytes_: bool = False
) -> Saving:
    """What each version saves, out of the cost of each in each round.

    Args:
        rounds: Processor and wall nanoseconds (or twice the bytes) of each version, by name.
        before: The name of the original.
        bytes_: Whether the figures are bytes.
    """
    # The least disturbed round tells: on a machine with other work every process waits for its turn.
    busy = max(each[before][0] / each[before][1] for each in rounds)
    clock = 0 if WAITS <= busy <= SHARES else 1
    logs = {
        name: tuple(math.log(each[before][clock] / each[name][clock]) for each in rounds)
        for name in rounds[0]
        if name != before
    }
    unit = "bytes" if bytes_ else ("cpu", "wall")[clock]
    return Saving({name: interval_of(each) for name, each in logs.items()}, logs, unit)


def interval_of(logs: Sequence[float], level: float = LEVEL) -> Interval:
    """The ratio with Student's interval over rounds."""
    found = estimate(logs)
    low, high = found.interval((1.0 - level) / 2.0)
    point, low, high = (math.exp(value) for value in (found.mean, low, high))
    return Interval(point=point, low=low, high=high, level=level, blocks=found.n)


async def _cost(
    chamber: Chamber, version: Version, workload: Workload, hash_seed: int
) -> tuple[float, float] | Failed:
    request: dict[str, Any] = {"way": workload.metric.value, "seconds": SECONDS_A_PROCESS}
    request["module"] = workload.module
    if workload.command:
        request |= {"way": "command", "words": list(workload.command)}
    answer = await chamber.ask(version, request, wall_seconds=WALL_SECONDS, hash_seed=hash_seed)
    if isinstance(answer, Failed):
        return answer
    try:
        if workload.metric is Metric.MEMORY:
            held = float(answer["bytes"])
            return (held, held) if held > 0 else Failed("its answer is malformed")
        if workload.cold or workload.command or workload.metric is Metric.IMPORT:
            cpu, wall = answer["first"]
        else:
            cpu, wall = (_low_quartile([each[at] for each in answer["samples"]]) for at in (0, 1))
        # A clock that ticks coarsely may see nothing of a short call.
        return max(1.0, float(cpu)), max(1.0, float(wall))
    except (KeyError, TypeError, ValueError, IndexError, statistics.StatisticsError):
        return Failed("its answer is malformed")


def _low_quartile(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=4, method="inclusive")[0]
