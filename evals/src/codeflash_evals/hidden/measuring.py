"""How much less a version costs on the hidden workload: fresh processes in turns, log ratios, Student's t.

A round is one fresh process of each version in random order under one hash seed; the ratio is taken within a round and
the round is the unit (Kalibera & Jones 2013). The same rounds measure the reference, so that the shares compare like with like.
Of each process the first call is taken apart: its inputs have not been seen. Whole commands are measured in a module of
their own, :mod:`codeflash_evals.hidden.whole_commands`.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import frozen

from codeflash_evals.cases.case import Metric
from codeflash_evals.hidden.chamber import Chamber, Version
from codeflash_evals.hidden.failing import Failed
from codeflash_evals.hidden.saving import Cost, Savings, saving_of, unit_of
from codeflash_evals.hidden.whole_commands import Unanswered, measure_commands

ROUNDS = {Metric.TIME: 8, Metric.IMPORT: 12, Metric.MEMORY: 4}
SECONDS_A_PROCESS = 0.15
"""Time that the samples of one process aim at."""
WALL_SECONDS = 60.0


class State(StrEnum):
    """What a process has seen before a call."""

    COLD = "cold"
    """The hidden inputs, which are others."""
    WARM = "warm"
    """The same call."""


@frozen
class Costs:
    """What one process spent.

    Attributes:
        calls: By state; without ``warm`` where it makes one call.
        busy: Processor time over the wall time in which it was not kept from running.
    """

    calls: Mapping[State, Cost]
    busy: float = 1.0


@frozen
class Workload:
    """What is measured.

    Attributes:
        metric: What is to be saved.
        module: The module whose import is measured.
        command: What is run as a whole; empty for the hidden workload.
    """

    metric: Metric = Metric.TIME
    module: str = ""
    command: tuple[str, ...] = ()


@frozen
class Broken:
    """A version that fails on the hidden workload, which the original answers in the same round.

    Attributes:
        version: Its name.
        why: A sentence.
    """

    version: str
    why: str


async def measure(
    chamber: Chamber, before: Version, others: Sequence[Version], workload: Workload, *, seed: int = 0
) -> Savings | Failed | Broken:
    """Measure versions against the original.

    Args:
        chamber: Where they run.
        before: The original.
        others: The versions.
        workload: What is measured.
        seed: Of the random order.
    """
    if workload.command:
        try:
            return await measure_commands(chamber, before, others, workload.command, seed=seed)
        except Unanswered as problem:
            return await _failing(chamber, before, problem.version, workload, 0, problem.failed)
    dice = random.Random(seed)
    versions = [before, *others]
    rounds: list[dict[str, Costs]] = []
    for number in range(ROUNDS[workload.metric] + 1):
        hash_seed = dice.randrange(1, 2**32 - 1)
        costs: dict[str, Costs] = {}
        for version in dice.sample(versions, len(versions)):
            cost = await _cost(chamber, version, workload, hash_seed)
            if isinstance(cost, Failed):
                return await _failing(chamber, before, version, workload, hash_seed, cost)
            costs[version.name] = cost
        if number:  # the first round brings the files into the machine's memory
            rounds.append(costs)
    return savings(rounds, before.name, bytes_=workload.metric is Metric.MEMORY)


async def _failing(
    chamber: Chamber, before: Version, version: Version, workload: Workload, hash_seed: int, failed: Failed
) -> Failed | Broken:
    """Whether it is the version that failed: the original must answer the same question now, and the version fail again."""
    why = f"the hidden workload failed on the version {version.name}: {failed.why}"
    if version == before or not failed.telling:
        return Failed(why, telling=False)
    original = await _cost(chamber, before, workload, hash_seed)
    if isinstance(original, Failed):
        return Failed(f"{why}; and on the version {before.name}: {original.why}", telling=False)
    if not isinstance(await _cost(chamber, version, workload, hash_seed), Failed):
        return Failed(f"{why}; and not the second time", telling=False)
    return Broken(version.name, why)


def savings(rounds: Sequence[Mapping[str, Costs]], before: str, *, bytes_: bool = False) -> Savings:
    """What each version saves in each state that every process was in.

    Args:
        rounds: What the process of each version spent, by its name.
        before: The name of the original.
        bytes_: Whether the figures are bytes.
    """
    busy = [max(each[name].busy for each in rounds) for name in rounds[0]]
    unit = "bytes" if bytes_ else unit_of(busy)
    states = [state for state in State if all(state in one.calls for each in rounds for one in each.values())]
    found = {
        state: saving_of(
            [{name: one.calls[state] for name, one in each.items()} for each in rounds], before, unit
        )
        for state in states
    }
    return Savings(found[State.COLD], found.get(State.WARM))


async def _cost(chamber: Chamber, version: Version, workload: Workload, hash_seed: int) -> Costs | Failed:
    request: dict[str, Any] = {"way": workload.metric.value, "seconds": SECONDS_A_PROCESS}
    request["module"] = workload.module
    if workload.command:
        request |= {"way": "command", "words": list(workload.command)}
    answer = await chamber.ask(version, request, wall_seconds=WALL_SECONDS, hash_seed=hash_seed)
    if isinstance(answer, Failed):
        return answer
    try:
        if workload.metric is Metric.MEMORY:
            return Costs({State.COLD: _held(answer["first"]), State.WARM: _held(answer["later"])})
        first, busy = _spent(answer["first"]), _busy([answer["first"], *answer["samples"]])
        if workload.command or workload.metric is Metric.IMPORT:
            return Costs({State.COLD: first}, busy)
        later = [_spent(each) for each in answer["samples"]]
        warm = _low_quartile([cpu for cpu, _ in later]), _low_quartile([wall for _, wall in later])
        return Costs({State.COLD: first, State.WARM: warm}, busy)
    except (KeyError, TypeError, ValueError, IndexError, statistics.StatisticsError):
        return Failed("its answer is malformed", telling=False)


def _held(said: Any) -> Cost:
    held = float(said)
    if not held > 0:
        raise ValueError(said)
    return held, held


def _spent(said: Sequence[Any]) -> Cost:
    """Nanoseconds as they were said, but for a clock that ticks coarsely and saw nothing of a short call."""
    cpu, wall, _ = said
    return max(1.0, float(cpu)), max(1.0, float(wall))


def _busy(said: Sequence[Sequence[float]]) -> float:
    """Processor time over the time in which the process was not kept from running by others."""
    cpu, wall, queued = (math.fsum(each) for each in zip(*said, strict=True))
    return cpu / max(1.0, wall - queued)


def _low_quartile(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=4, method="inclusive")[0]
