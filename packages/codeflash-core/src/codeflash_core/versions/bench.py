"""One block of all benchmarks that are still undecided: four processes, A, B, B, A, stopped in each benchmark in turn.

The processes wait for each other at every benchmark, and only one of them works at a time: samples of both versions
lie next to each other, in random order (Grambow et al., WoSC 2019), and 20 benchmarks cost one start of each process.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from codeflash_core.model.comparison import Block, InputSamples
from codeflash_core.model.side import ORIGINAL, Side
from codeflash_core.model.target import Project
from codeflash_core.ports.benchmarks import BenchmarkFailure, BenchmarkRun, Benchmarks, Samples

SAMPLE_NS = 5e6
"""Nanoseconds that a sample aims at."""
ROUNDS, PER_TURN = 12, 2
"""Turns of each process in a benchmark, and samples in each turn. Turns are short: a machine changes within a tenth of a
second, and the ratio is taken within rounds."""
WORTH, MOST_TIMES = 3.0, 8
"""Where few benchmarks share a start, there are more turns: until measuring takes this many times the start, at most this
many times the usual turns. Noise within a block falls with the samples, and a start without them is lost time."""
SINGLE_PER_TURN = 16
"""Samples in each turn where each call needs arguments of its own, so that one call is a sample."""
LONG_NS = 250e6
"""From here on a call is sampled less often: one sample a turn, and fewer turns."""
BLOCK_SECONDS = 3600.0


@frozen
class Version:
    """One of the two things compared.

    Attributes:
        name: ``base`` or ``head``.
        project: Its files, with the interpreter that runs them.
        benchmarks: Runs them, in a sandbox of this version's own.
        side: What is changed in the files: nothing.
    """

    name: str
    project: Project
    benchmarks: Benchmarks
    side: Side = ORIGINAL


@frozen
class BlockResult:
    """What one block gave.

    Attributes:
        blocks: A block for each benchmark that was measured.
        failures: Why a benchmark failed, by benchmark and version.
        inside_seconds: Time spent inside benchmarks.
    """

    blocks: Mapping[str, Block]
    failures: Mapping[tuple[str, str], str]
    inside_seconds: float


def _cores() -> tuple[int, ...]:
    """Cores that this process may use; processes that it starts inherit them."""
    allowed = getattr(os, "sched_getaffinity", None)
    return tuple(sorted(allowed(0))) if allowed is not None else ()


@define
class Bench:
    """Runs blocks; knows how many calls make a sample.

    Attributes:
        versions: The first and the second version.
        dice: Makes the random order.
        loops: Calls per sample, by benchmark.
        cores: Cores that may be used; empty where a process can't be kept on one.
        times: How many times the usual turns; found in the first block, then kept, so that all blocks weigh alike.
    """

    versions: tuple[Version, Version]
    dice: random.Random
    loops: dict[str, int] = field(factory=dict)
    cores: tuple[int, ...] = field(factory=_cores)
    times: int = 0

    async def block(self, ids: Sequence[str]) -> BlockResult:
        """Measure benchmarks once.

        Args:
            ids: Benchmarks in the order in which both versions run them.
        """
        blocks: dict[str, Block] = {}
        failures: dict[tuple[str, str], str] = {}
        inside = 0.0
        left = list(ids)
        while left:
            done = await self._pass(left, blocks, failures)
            inside += done[1]
            # A process that died takes the benchmarks after that one with it: they get new processes.
            left = left[done[0] :]
        return BlockResult(blocks, failures, inside)

    async def _pass(
        self,
        ids: Sequence[str],
        blocks: dict[str, Block],
        failures: dict[tuple[str, str], str],
    ) -> tuple[int, float]:
        a, b = self.versions
        order = self.dice.choice(((a, b, b, a), (b, a, a, b)))
        hash_seed = self.dice.randrange(1, 2**32 - 1)
        inside, entered = 0.0, time.monotonic()
        async with contextlib.AsyncExitStack() as stack:
            begun = [
                version.benchmarks.run(
                    version.project, version.side, ids, hash_seed=hash_seed, wall_seconds=BLOCK_SECONDS
                )
                for version in order
            ]
            # All of them, so that none is still being started when the stack is closed.
            entering = (stack.enter_async_context(each) for each in begun)
            started = await asyncio.gather(*entering, return_exceptions=True)
            runs: list[tuple[Version, BenchmarkRun]] = []
            for version, run in zip(order, started, strict=True):
                if isinstance(run, BaseException):
                    raise run
                runs.append((version, run))
            for number, name in enumerate(ids):
                try:
                    failed = await self._stops(runs, name)
                    since = time.monotonic()
                    if not failed:
                        self.times = self.times or _times(since - entered, len(ids))
                        blocks[name] = await self._measured(runs, name, hash_seed)
                        failed = await self._ends(runs, name)
                except _Died as death:
                    failures[name, death.version] = death.why
                    blocks.pop(name, None)
                    return number + 1, inside
                if failed:
                    failures.update({(name, version): why for version, why in failed.items()})
                    blocks.pop(name, None)
                inside += time.monotonic() - since
        return len(ids), inside

    async def _stops(self, runs: Sequence[tuple[Version, BenchmarkRun]], name: str) -> dict[str, str]:
        """Bring all processes to a benchmark's measured call; gives why some never come there."""
        failed: dict[str, str] = {}
        arrived: list[BenchmarkRun] = []

        async def go(version: Version, run: BenchmarkRun) -> None:
            with _told_of(version):
                stop = await run.proceed()
                if stop.over or stop.id != name:
                    failed[version.name] = "it was not run"
                elif stop.ended:
                    failed[version.name] = stop.message or "it ended early"
                else:
                    arrived.append(run)

        await _all([go(version, run) for version, run in runs])
        if failed:
            # Those that did arrive go on to the end of it.
            for version, run in runs:
                if run in arrived:
                    with _told_of(version):
                        await run.proceed()
        return failed

    async def _ends(self, runs: Sequence[tuple[Version, BenchmarkRun]], name: str) -> dict[str, str]:
        """Go on to the end of a benchmark; gives why it failed after it was measured."""
        failed: dict[str, str] = {}
        for version, run in runs:
            with _told_of(version):
                stop = await run.proceed()
            if stop.id == name and stop.message:
                failed[version.name] = stop.message
        return failed

    async def _measured(
        self, runs: Sequence[tuple[Version, BenchmarkRun]], name: str, hash_seed: int
    ) -> Block:
        paces = []
        for version, run in runs:
            with _told_of(version):
                paces.append(await run.calibrate())
        per_call, most = max(pace.ns for pace in paces), min(pace.most for pace in paces)
        cores = self.cores if all(pace.computes for pace in paces) else ()
        loops = self.loops.setdefault(name, max(1, min(most, round(SAMPLE_NS / max(per_call, 1.0)))))
        rounds, count = self.times * ROUNDS, PER_TURN if most > 1 else SINGLE_PER_TURN
        if per_call > LONG_NS:
            rounds, count = 2, 1
        taken: list[list[Samples]] = [[] for _ in runs]
        for _ in range(rounds):
            # All of a round on one core: versions on cores of their own differ by what else runs there.
            core = self.dice.choice(cores) if cores else None
            for number in self.dice.sample(range(len(runs)), len(runs)):
                version, run = runs[number]
                with _told_of(version):
                    taken[number].append(await run.sample(loops, count, core))
        sides: dict[str, list[Samples]] = {"base": [], "head": []}
        for (version, _), samples in zip(runs, taken, strict=True):
            sides[version.name] += samples
        flat = {
            f"{letter}_{clock}": tuple(value for each in sides[side] for value in getattr(each, clock))
            for letter, side in (("a", "base"), ("b", "head"))
            for clock in ("cpu", "wall")
        }
        # Of each process the last word: it rests on all of its samples.
        threads = max(samples[-1].threads for samples in taken)
        inputs = InputSamples(input=name, weight=1.0, loops=loops, turn=count, **flat)
        return Block((inputs,), hash_seed=hash_seed, threads=threads, mode="separate")


def _times(start: float, benchmarks: int) -> int:
    """How many times the usual turns make the start worth it.

    Args:
        start: Seconds until the first benchmark could be measured.
        benchmarks: How many share the start.
    """
    usual = 4 * ROUNDS * PER_TURN * SAMPLE_NS / 1e9 * benchmarks
    return max(1, min(MOST_TIMES, round(WORTH * start / usual)))


class _Died(Exception):
    def __init__(self, version: str, why: str) -> None:
        super().__init__(why)
        self.version = version
        self.why = why


@contextlib.contextmanager
def _told_of(version: Version) -> Iterator[None]:
    try:
        yield
    except BenchmarkFailure as failure:
        kinds = {"timeout": "it hangs", "failed": str(failure)}
        why = kinds.get(failure.kind, f"{failure.kind}: {failure}")
        raise _Died(version.name, why) from failure


async def _all(steps: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Wait for all of them, then raise what the first one raised."""
    for ended in await asyncio.gather(*steps, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended
