"""The ``benchmark`` object that a project's own benchmarks call: it stops there and times what it is told to time."""

from __future__ import annotations

import gc
import hashlib
import inspect
import sys
import tracemalloc
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from codeflash_worker import profile
from codeflash_worker.stopwatch import Stopwatch

Arguments = Tuple[Tuple[Any, ...], Dict[str, Any]]
Exchange = Callable[[Dict[str, Any]], Dict[str, Any]]
CALIBRATION_NS = 5_000_000
MOST_LOOPS = 1_000_000


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
        return self.measure(function, lambda: (args, kwargs), prepared=False)

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
        del rounds, warmup_rounds, iterations, teardown

        def arguments() -> Arguments:
            made = setup() if setup is not None else None
            if made is not None:
                return tuple(made[0]), dict(made[1])
            return tuple(args), dict(kwargs or {})

        return self.measure(target, arguments, prepared=setup is not None)

    def measure(
        self, function: Callable[..., Any], arguments: Callable[[], Arguments], *, prepared: bool
    ) -> Any:
        """Call once, then do what the parent asks for until it says ``next``."""
        if self.reached:
            # Plugins refuse a second call as well: which of the two would be the benchmark?
            raise RuntimeError("benchmark was called twice in one test")
        args, kwargs = arguments()
        result = function(*args, **kwargs)
        self.reached = True
        piece = _Piece(function, arguments, prepared)
        request = self._exchange({"at": self.name})
        while request.get("do") != "next":
            request = self._exchange(self._done(piece, request))
        return result

    def _done(self, piece: _Piece, request: Dict[str, Any]) -> Dict[str, Any]:
        wanted = request.get("do")
        if wanted == "calibrate":
            return {"loops": piece.calibrate(), "ns": piece.fastest}
        if wanted == "sample":
            return piece.sample(int(request["loops"]), int(request["count"]))
        if wanted == "profile":
            return piece.profile(int(request["calls"]), self._root)
        if wanted == "memory":
            return piece.memory()
        raise ValueError("unknown wish %r" % (wanted,))


class _Piece:
    """A call that can be timed."""

    def __init__(
        self, function: Callable[..., Any], arguments: Callable[[], Arguments], prepared: bool
    ) -> None:
        self._function = function
        self._arguments = arguments
        self._prepared = prepared
        self._stopwatch = Stopwatch(function)
        self._sampler, _ = self._stopwatch.sampler(False, True)
        self.fastest = float("inf")

    def _batch(self, loops: int) -> List[Arguments]:
        if self._prepared:
            return [self._arguments() for _ in range(loops)]
        return [self._arguments()] * loops

    def calibrate(self) -> int:
        """Calls until the clocks read some milliseconds; this warms up as well."""
        gc.collect()
        loops = 1
        while True:
            _, wall = self._sampler(self._function, self._batch(loops))
            self.fastest = min(self.fastest, max(wall, 1) / loops)
            if wall >= CALIBRATION_NS or loops >= MOST_LOOPS:
                return loops
            loops = min(MOST_LOOPS, max(2 * loops, int(CALIBRATION_NS / self.fastest)))

    def sample(self, loops: int, count: int) -> Dict[str, Any]:
        """Samples, in nanoseconds per call."""
        cpu, wall = [], []
        for _ in range(count):
            batch = self._batch(loops)
            spent = self._stopwatch.watch(self._sampler, self._function, batch)
            del batch
            cpu.append(spent[0] / loops)
            wall.append(spent[1] / loops)
        return {"cpu": cpu, "wall": wall, "threads": self._stopwatch.threads}

    def profile(self, calls: int, root: str) -> Dict[str, Any]:
        """Own and cumulative time of the project's functions, in seconds a call."""
        profiler = profile.Profiler()
        for _ in range(calls):
            args, kwargs = self._arguments()
            with profiler.around():
                self._function(*args, **kwargs)
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
        return {"peak": max(0, peak), "blocks": _blocks_of(self._function, *self._arguments())}


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


def digest_of(function: Any) -> str:
    """A hash of a benchmark's own source: with another source it is another workload. Empty when unknown."""
    try:
        return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]
    except (OSError, TypeError):
        return ""
