"""The ``benchmark`` object that a project's own benchmarks call: it stops there and times what it is told to time."""

from __future__ import annotations

import ast
import gc
import hashlib
import inspect
import os
import sys
import tracemalloc
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from codeflash_worker import profile
from codeflash_worker.clock import perf_counter_ns, thread_time_ns
from codeflash_worker.cores import kept_on
from codeflash_worker.stopwatch import Sample, Stopwatch

Arguments = Tuple[Tuple[Any, ...], Dict[str, Any]]
Exchange = Callable[[Dict[str, Any]], Dict[str, Any]]
CALIBRATION_NS = 5_000_000
MOST_LOOPS = 1_000_000
LEAST_COMPUTING = 0.5
"""Share of the wall time that a call computes itself, at least, to be one that computes: on a busy core it waits as well."""


class Gauge:
    """What is measured in one benchmark: a call, and perhaps what prepares each of its arguments.

    The names follow the fixture ``benchmark`` that projects know from pytest plugins.

    Attributes:
        reached: Whether the benchmark came to its measured call.
        extra_info: For the benchmark's own notes; nobody reads them.
    """

    def __init__(self, name: str, exchange: Exchange, root: str) -> None:
        self.reached = False
        self.extra_info: Dict[str, Any] = {}
        self.group: Optional[str] = None
        self.name = name
        self.stats = None
        self.disabled = False
        self._exchange = exchange
        self._root = root

    def __call__(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Measure ``function(*args, **kwargs)``; gives what it returned first."""
        return self.measure(_Piece(function, lambda: (args, kwargs)))

    def pedantic(
        self,
        target: Callable[..., Any],
        args: Any = (),
        kwargs: Optional[Mapping[str, Any]] = None,
        setup: Optional[Callable[[], Any]] = None,
        teardown: Optional[Callable[..., Any]] = None,
        rounds: int = 1,
        warmup_rounds: int = 0,
        iterations: int = 1,
    ) -> Any:
        """Measure a call whose arguments ``setup`` makes anew each time; the counts are the parent's to choose."""
        del rounds, warmup_rounds, iterations

        def arguments() -> Arguments:
            made = setup() if setup is not None else None
            if made is not None:
                return tuple(made[0]), dict(made[1])
            return tuple(args), dict(kwargs or {})

        return self.measure(_Piece(target, arguments, setup is not None or teardown is not None, teardown))

    def measure(self, piece: _Piece) -> Any:
        """Call once, then do what the parent asks for until it says ``next``."""
        if self.reached:
            # Plugins refuse a second call as well: which of the two would be the benchmark?
            raise RuntimeError("benchmark was called twice in one test")
        result = piece.once()
        self.reached = True
        request = self._exchange({"at": self.name})
        while request.get("do") != "next":
            # What the call raises ends the benchmark; the parent hears of it instead of an answer.
            request = self._exchange(self._done(piece, request))
        return result

    def _done(self, piece: _Piece, request: Dict[str, Any]) -> Dict[str, Any]:
        wanted = request.get("do")
        if wanted == "calibrate":
            return {"most": piece.most_loops, **piece.calibrate()}
        if wanted == "sample":
            core = request.get("core")
            return piece.sample(
                int(request["loops"]), int(request["count"]), None if core is None else int(core)
            )
        if wanted == "profile":
            return piece.profile(int(request["calls"]), self._root)
        if wanted == "memory":
            return piece.memory()
        raise ValueError("unknown wish %r" % (wanted,))


def _timed(
    call: Callable[..., Any], batch: Any, perf: Any = perf_counter_ns, thread: Any = thread_time_ns
) -> Sample:
    """Calls between two readings of the clocks. What a call raises is raised: a call that fails is not a fast one."""
    wall = perf()
    cpu = thread()
    for args, kwargs in batch:
        call(*args, **kwargs)
    cpu = thread() - cpu
    return cpu, perf() - wall


class _Piece:
    """A call that can be timed."""

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: Callable[[], Arguments],
        single: bool = False,
        teardown: Optional[Callable[..., Any]] = None,
    ) -> None:
        self._function = function
        self._arguments = arguments
        self._teardown = teardown
        self._stopwatch = Stopwatch(None)
        self.most_loops = 1 if single else MOST_LOOPS

    def once(self) -> Any:
        """One call; gives what it returned."""
        args, kwargs = self._arguments()
        result = self._function(*args, **kwargs)
        self._end(args, kwargs)
        return result

    def _end(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> None:
        if self._teardown is not None:
            self._teardown(*args, **kwargs)

    def _take(self, loops: int) -> Sample:
        """One sample. Arguments that are made for each call are those of a single one, and cleaned up after it."""
        args, kwargs = self._arguments()
        spent = self._stopwatch.watch(_timed, self._function, [(args, kwargs)] * loops)
        self._end(args, kwargs)
        return spent

    def calibrate(self) -> Dict[str, Any]:
        """Nanoseconds of a call, from calls that take some milliseconds together; this warms up as well.

        Besides, whether the call computes, and in this thread alone.
        """
        gc.collect()
        loops, fastest, share = 1, float("inf"), 0.0
        while True:
            cpu, wall = self._take(loops)
            fastest = min(fastest, max(wall, 1) / loops)
            share = max(share, cpu / max(wall, 1))
            if wall >= CALIBRATION_NS or loops >= self.most_loops:
                computes = share >= LEAST_COMPUTING and self._stopwatch.threads == 1
                return {"ns": fastest, "computes": computes}
            loops = min(self.most_loops, max(2 * loops, int(CALIBRATION_NS / fastest)))

    def sample(self, loops: int, count: int, core: Optional[int] = None) -> Dict[str, Any]:
        """Samples, in nanoseconds per call, all on one core where it is named."""
        loops = min(loops, self.most_loops)
        with kept_on(core):
            taken = [self._take(loops) for _ in range(count)]
        return {
            "cpu": [each[0] / loops for each in taken],
            "wall": [each[1] / loops for each in taken],
            "threads": self._stopwatch.threads,
        }

    def profile(self, calls: int, root: str) -> Dict[str, Any]:
        """Own and cumulative time of the project's functions, in seconds a call."""
        profiler = profile.Profiler()
        for _ in range(calls):
            args, kwargs = self._arguments()
            with profiler.around():
                self._function(*args, **kwargs)
            self._end(args, kwargs)
        return {**profiler.told(root), "calls": calls}

    def memory(self) -> Dict[str, Any]:
        """Peak of what one call allocates, in bytes, and the blocks that its result holds."""
        args, kwargs = self._arguments()
        gc.collect()
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            kept = self._function(*args, **kwargs)
            peak = tracemalloc.get_traced_memory()[1] - before
            del kept
        finally:
            tracemalloc.stop()
        self._end(args, kwargs)
        args, kwargs = self._arguments()
        blocks = _blocks_of(self._function, args, kwargs)
        self._end(args, kwargs)
        return {"peak": max(0, peak), "blocks": blocks}


def _blocks_of(function: Callable[..., Any], args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> int:
    """Blocks of memory that are left of a call while its result is held; 0 where the interpreter can't say."""
    count: Optional[Callable[[], int]] = getattr(sys, "getallocatedblocks", None)
    if count is None:
        return 0
    gc.collect()
    before = count()
    kept = function(*args, **kwargs)
    after = count()
    del kept
    return max(0, after - before)


def digest_of(function: Any, root: str) -> str:
    """A hash of what makes a benchmark's workload: its file without other tests, and the ``conftest.py`` above it.

    Where it differs, another workload may be measured. Empty when the source can't be read.
    """
    try:
        path = os.path.realpath(inspect.getsourcefile(inspect.unwrap(function)) or "")
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
        own = str(function.__qualname__).partition(".")[0]
        tree.body = [node for node in tree.body if not _other_test(node, own)]
        total = hashlib.sha256(ast.dump(tree).encode("utf-8", "backslashreplace"))
        folder, top = os.path.dirname(path), os.path.realpath(root)
        while folder.startswith(top):
            conftest = os.path.join(folder, "conftest.py")
            if os.path.isfile(conftest) and conftest != path:
                with open(conftest, "rb") as file:
                    total.update(file.read())
            folder = os.path.dirname(folder)
        return total.hexdigest()[:16]
    except (OSError, TypeError, ValueError, SyntaxError, AttributeError):
        return ""


def _other_test(node: ast.stmt, own: str) -> bool:
    name = getattr(node, "name", "")
    return name != own and name.lower().startswith("test")
