"""Timed regions: a batch of calls between two readings of the clocks.

Each kind of result is used up inside the region: generators are read, coroutines awaited. An exception is
part of the call. The clocks are bound when this module is imported, before any foreign code.
"""

from __future__ import annotations

import itertools
import types
from collections import deque
from typing import TYPE_CHECKING, Any, Callable, Iterable, Optional, Tuple, Type

from codeflash_worker.clock import perf_counter_ns, process_time_ns, thread_time_ns

if TYPE_CHECKING:
    import asyncio

DRAIN_LIMIT = 2000
"""Most items that are read of one result."""

Sample = Tuple[int, int]
"""CPU time of this thread and wall time, in nanoseconds."""

Batch = Iterable[Any]
"""Argument tuples; or pairs of a tuple and a dict where there are keyword arguments."""

Sampler = Callable[[Callable[..., Any], Batch], Sample]

COROUTINE, ASYNC_GENERATOR = 0x80, 0x200
"""Bits of ``co_flags``, as in :mod:`inspect`, which would cost more than all else that a block imports."""

LAZY = (types.GeneratorType, map, filter, zip, enumerate, reversed)


def _flagged(function: Any, flag: int) -> bool:
    """Whether a plain Python function carries a flag of its code."""
    code = getattr(function, "__code__", None)
    return isinstance(code, types.CodeType) and bool(code.co_flags & flag)


def _calls(
    call: Callable[..., Any], batch: Batch, perf: Any = perf_counter_ns, thread: Any = thread_time_ns
) -> Sample:
    wall = perf()
    cpu = thread()
    for args in batch:
        try:
            call(*args)
        except BaseException:
            continue
    cpu = thread() - cpu
    return cpu, perf() - wall


def _keyword_calls(
    call: Callable[..., Any], batch: Batch, perf: Any = perf_counter_ns, thread: Any = thread_time_ns
) -> Sample:
    wall = perf()
    cpu = thread()
    for args, kwargs in batch:
        try:
            call(*args, **kwargs)
        except BaseException:
            continue
    cpu = thread() - cpu
    return cpu, perf() - wall


def _drained(
    call: Callable[..., Any],
    batch: Batch,
    perf: Any = perf_counter_ns,
    thread: Any = thread_time_ns,
    deque: Any = deque,
    islice: Any = itertools.islice,
) -> Sample:
    wall = perf()
    cpu = thread()
    for args, kwargs in batch:
        try:
            deque(islice(call(*args, **kwargs), DRAIN_LIMIT), maxlen=0)
        except BaseException:
            continue
    cpu = thread() - cpu
    return cpu, perf() - wall


async def _awaited(
    call: Callable[..., Any],
    batch: Batch,
    cancelled: Type[BaseException],
    perf: Any = perf_counter_ns,
    thread: Any = thread_time_ns,
) -> Sample:
    wall = perf()
    cpu = thread()
    for args, kwargs in batch:
        try:
            await call(*args, **kwargs)
        except (Exception, cancelled):
            continue
    cpu = thread() - cpu
    return cpu, perf() - wall


async def _awaited_items(
    call: Callable[..., Any],
    batch: Batch,
    cancelled: Type[BaseException],
    perf: Any = perf_counter_ns,
    thread: Any = thread_time_ns,
) -> Sample:
    wall = perf()
    cpu = thread()
    for args, kwargs in batch:
        try:
            left = DRAIN_LIMIT
            async for _ in call(*args, **kwargs):
                left -= 1
                if not left:
                    break
        except (Exception, cancelled):
            continue
    cpu = thread() - cpu
    return cpu, perf() - wall


class Stopwatch:
    """Times batches of calls of one target, whatever kind it is."""

    def __init__(self, function: Any) -> None:
        self._watched = 0
        self._shared = 0
        self._asynchronous = _flagged(function, COROUTINE)
        self._streaming = _flagged(function, ASYNC_GENERATOR)
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        if self._asynchronous or self._streaming:
            # Takes longer to import than all the rest of the worker; few targets need it.
            import asyncio

            self._cancelled = asyncio.CancelledError
            self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """Stop the event loop."""
        if self._loop is not None:
            self._loop.close()

    def is_lazy(self, result: Any) -> bool:
        """Whether a result does its work only when it is read."""
        return isinstance(result, LAZY) or type(result).__module__ == "itertools"

    def use_up(self, result: Any) -> Any:
        """Read or await a result as the timed region would."""
        if self._loop is not None:
            return self._loop.run_until_complete(_finish(result, self._streaming))
        if self.is_lazy(result):
            deque(itertools.islice(result, DRAIN_LIMIT), maxlen=0)
        return result

    def sampler(self, lazy: bool, keywords: bool) -> Tuple[Sampler, bool]:
        """The timed region for one input, and whether its batches hold pairs of args and kwargs."""
        if self._loop is not None:
            loop = self._loop
            region = _awaited_items if self._streaming else _awaited
            cancelled = self._cancelled
            return (lambda call, batch: loop.run_until_complete(region(call, batch, cancelled))), True
        if lazy:
            return _drained, True
        return (_keyword_calls, True) if keywords else (_calls, False)

    def watch(self, sampler: Sampler, call: Callable[..., Any], batch: Batch) -> Sample:
        """Take one sample and note whether other threads worked meanwhile."""
        before = process_time_ns()
        cpu, wall = sampler(call, batch)
        whole = process_time_ns() - before
        # The reading of the clocks and the sampler's own call are not in the thread's figure.
        self._watched += 1
        self._shared += whole > 1.25 * cpu + 200_000
        return cpu, wall

    @property
    def threads(self) -> int:
        """2 where other threads worked in a quarter of the samples, else 1: one odd sample is noise."""
        return 2 if 4 * self._shared > self._watched else 1


async def _finish(result: Any, streaming: bool) -> Any:
    if not streaming:
        return await result
    left = DRAIN_LIMIT
    async for _ in result:
        left -= 1
        if not left:
            break
    return None
