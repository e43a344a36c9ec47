"""How a language backend runs a project's own benchmarks, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from attrs import field, frozen

from codeflash_core.model.side import Side
from codeflash_core.model.target import Project


@frozen
class Benchmark:
    """A benchmark of the project.

    Attributes:
        id: Its name, such as ``tests/bench.py::test_parse[large]``.
        digest: Hash of its own source: where it differs, the workload does. Empty when unknown.
    """

    id: str
    digest: str


@frozen
class Found:
    """The benchmarks of one version.

    Attributes:
        benchmarks: In the order in which they run.
        problems: Files that could not be read, with the reason.
    """

    benchmarks: tuple[Benchmark, ...]
    problems: Mapping[str, str] = field(factory=dict)


@frozen
class Stop:
    """Where a run of benchmarks stands.

    Attributes:
        id: The benchmark at whose measured call it waits; or the one that ended.
        ended: Whether that benchmark has ended.
        message: Why it failed; empty where it did not.
        over: Whether there is nothing more to run.
    """

    id: str = ""
    ended: bool = False
    message: str = ""
    over: bool = False


@frozen
class Pace:
    """How fast a call is, roughly.

    Attributes:
        most: Most calls that a sample may be made of.
        ns: Nanoseconds of one call.
        computes: Whether it computes, and in one thread alone: such a call may be kept on one core.
    """

    most: int
    ns: float
    computes: bool = False


@frozen
class Samples:
    """Times of a call.

    Attributes:
        cpu: Thread CPU time, nanoseconds per call.
        wall: Wall time, nanoseconds per call.
        threads: 2 where other threads worked meanwhile.
    """

    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    threads: int = 1


@frozen
class FunctionTime:
    """Time in one function of the project, in seconds per call of the benchmark.

    Attributes:
        path: Its file, relative to the project's root.
        name: Its qualified name.
        own: In the function itself.
        cumulative: In it and all that it calls.
        calls: How often it was called.
    """

    path: str
    name: str
    own: float
    cumulative: float
    calls: float


@frozen
class ImportCost:
    """What an import took in fresh interpreters.

    Attributes:
        cpu: Nanoseconds of each interpreter, its start included.
        wall: The same on the wall clock.
        idle_cpu: CPU nanoseconds of interpreters that import nothing.
        idle_wall: The same on the wall clock.
        tree: Name, depth, own and total microseconds of each module, in the order in which imports ended.
    """

    cpu: tuple[float, ...]
    wall: tuple[float, ...]
    idle_cpu: tuple[float, ...]
    idle_wall: tuple[float, ...]
    tree: tuple[tuple[str, int, int, int], ...] = ()


class BenchmarkFailure(Exception):
    """The process that runs benchmarks ended or hangs, or the measured call raised.

    Attributes:
        kind: ``timeout``, ``crash``, ``memory``, ``failed``...
    """

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail or kind)
        self.kind = kind


class BenchmarkRun(Protocol):
    """A process that runs benchmarks and waits in each. Every method raises BenchmarkFailure when it ends."""

    async def proceed(self) -> Stop:
        """Go on to the next measured call, or to the end of a benchmark."""
        ...

    async def calibrate(self) -> Pace:
        """Warm up; gives how fast the call is."""
        ...

    async def sample(self, loops: int, count: int, core: int | None = None) -> Samples:
        """Time the call that the run waits at; on one core where it is given."""
        ...

    async def profile(self, calls: int) -> tuple[FunctionTime, ...]:
        """Where the time of the call goes, by function of the project."""
        ...

    async def memory(self) -> tuple[int, int]:
        """Peak bytes that one call allocates, and the blocks of memory that its result holds."""
        ...


class Benchmarks(Protocol):
    """What a backend knows of benchmarks."""

    async def interpreters(
        self, project: Project, a: Path, b: Path, *, may_build: bool = True
    ) -> tuple[Path, Path]:
        """The programs that run each version: one where both depend on the same packages.

        Args:
            project: The project as the user has it.
            a: The first version's files.
            b: The second version's files.
            may_build: Whether environments may be built, which runs what the packages' builds run.

        Raises:
            PrerequisiteError: They differ, and environments can't or may not be built.
        """
        ...

    async def find(self, project: Project, side: Side, names: Sequence[str]) -> Found:
        """List the benchmarks of a version.

        Args:
            project: Where they run.
            side: The version.
            names: Files, folders, benchmarks or plain functions (``path.py::function``).
        """
        ...

    def run(
        self, project: Project, side: Side, ids: Sequence[str], *, hash_seed: int, wall_seconds: float
    ) -> AbstractAsyncContextManager[BenchmarkRun]:
        """Begin to run benchmarks in a fresh process."""
        ...

    async def importing(
        self, project: Project, side: Side, module: str, *, hash_seed: int, count: int, tree: bool = False
    ) -> ImportCost:
        """Import a module in fresh interpreters.

        Raises:
            BenchmarkFailure: It does not import.
        """
        ...
