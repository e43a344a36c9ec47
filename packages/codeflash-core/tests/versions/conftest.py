"""A backend whose benchmarks are scripts: how long each takes in each version, and where it breaks."""

import contextlib
import random
from pathlib import Path

import pytest
from attrs import define, field

from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.ports.benchmarks import BenchmarkFailure, FunctionTime, ImportCost, Pace, Samples, Stop
from codeflash_core.versions.bench import Bench, Version

PROJECT = Project(Path("project"), "scripted", Path("python"))


@define
class Scripted:
    """`times` are nanoseconds by benchmark: of the first and the second version, or what goes wrong there."""

    times: dict
    noise: float = 0.001
    dice: random.Random = field(factory=lambda: random.Random(3))
    starts: int = 0
    order: list = field(factory=list)
    computes: bool = True
    cores: list = field(factory=list)

    @contextlib.asynccontextmanager
    async def run(self, project, side, ids, *, hash_seed, wall_seconds):
        self.starts += 1
        yield _Run(self, int(bool(side.changes)), list(ids))

    async def importing(self, project, side, module, *, hash_seed, count, tree=False):
        value = self.times[f"import {module}"][int(bool(side.changes))]
        if isinstance(value, str):
            raise BenchmarkFailure("import", value)
        times = tuple(self.noisy(value) + 1e7 for _ in range(count))
        idle = (1e7,) * count
        tree_rows = (("a", 1, 5, 5), (f"only{len(side.changes)}", 1, 5, 5)) if tree else ()
        return ImportCost(times, times, idle, idle, tree_rows)

    def noisy(self, value):
        return value * (1 + self.noise * self.dice.random())


class _Run:
    def __init__(self, script, number, ids):
        self._script, self._number, self._ids = script, number, ids
        self._at = None

    async def proceed(self):
        if self._at is not None:
            name, self._at = self._at, None
            value = self._script.times[name][self._number]
            return Stop(name, ended=True, message="late failure" if value == "fails late" else "")
        if not self._ids:
            return Stop(over=True)
        name = self._ids.pop(0)
        value = self._script.times[name][self._number]
        if value in ("timeout", "crash"):
            raise BenchmarkFailure(value, "it died")
        if value == "fails":
            return Stop(name, ended=True, message="assert 1 == 2")
        self._at = name
        return Stop(name)

    def _value(self):
        value = self._script.times[self._at][self._number]
        return 1000.0 if isinstance(value, str) else value

    async def calibrate(self):
        return Pace(10**6, self._value(), self._script.computes)

    async def sample(self, loops, count, core=None):
        self._script.cores.append(core)
        if self._script.times[self._at][self._number] == "raises":
            raise BenchmarkFailure("failed", "ValueError: no more")
        self._script.order.append((self._at, self._number))
        times = tuple(self._script.noisy(self._value()) for _ in range(count))
        return Samples(times, times)

    async def profile(self, calls):
        own = self._value() * 1e-9
        return (
            FunctionTime("m.py", "work", own, own, 1.0),
            FunctionTime("m.py", f"v{self._number}", 0.0, own, 1.0),
        )

    async def memory(self):
        return int(self._value()), 3


def versions_of(script):
    return (
        Version("base", PROJECT, script),
        Version("head", PROJECT, script, Side.of({"m.py": b"x"})),
    )


@pytest.fixture
def versions():
    return versions_of


@pytest.fixture
def scripted():
    return Scripted


@pytest.fixture
def bench_of():
    def make(script, seed=1):
        return Bench(versions_of(script), random.Random(seed))

    return make
