"""Makes one call to its very end: generators are read, coroutines are awaited, and time is limited."""

from __future__ import annotations

import contextlib
import signal
import types
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from codeflash_worker import clock, encode
from codeflash_worker.encode_types import is_iterator
from codeflash_worker.payload import Opened

YIELDS = 2_000
"""Most items that are read from a generator that was returned."""


class TimeUp(BaseException):
    """The call's time is over; not an ``Exception``, so that foreign handlers let it pass."""


class Limit:
    """A wall-time limit on foreign code, by timer signal; reused for call after call."""

    def __init__(self) -> None:
        self._running = False
        self._usable = hasattr(signal, "setitimer")
        if self._usable:
            signal.signal(signal.SIGALRM, self._ring)

    def _ring(self, number: int, frame: Any) -> None:
        # On a loaded machine the next signal may come while the first one is answered.
        if self._running and (frame is None or frame.f_code is not Limit.stop.__code__):
            raise TimeUp

    def start(self, seconds: float) -> None:
        """Start the time; afterwards the signal comes again and again, in case somebody swallows it."""
        self._running = True
        if self._usable and seconds > 0:
            signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)

    def stop(self) -> None:
        """Stop the time."""
        self._running = False
        if self._usable:
            signal.setitimer(signal.ITIMER_REAL, 0)


class Driven:
    """What became of one call.

    Attributes:
        kind: ``value``, ``generator``, ``iterator``, ``coroutine``, ``async-generator`` or ``timeout``.
        value: What was returned, or the list of what was yielded.
        final: What a generator returned at its end.
        error: What was raised, or None.
        trace: For each step of an iterator: digest of the item when it came, items read from the inputs.
        ending: ``end``, ``raises`` or ``more`` for iterators.
        waits: Whether a coroutine let others run before its end; empty for what is no coroutine.
        seconds: CPU time of this thread.
    """

    def __init__(self) -> None:
        self.kind = "value"
        self.value: Any = None
        self.final: Any = None
        self.error: Optional[BaseException] = None
        self.trace: List[Any] = []
        self.ending = ""
        self.waits = ""
        self.seconds = 0.0
        self.returned_type = ""


Between = Optional[Callable[[], None]]


def drive(
    call: Callable[..., Any], opened: Opened, limit: Limit, seconds: float, between: Between = None
) -> Driven:
    """Call with the opened arguments and see it through.

    Args:
        call: The function.
        opened: Fresh arguments.
        limit: The timer.
        seconds: Wall time that the call may take.
        between: Done after the first item of what yields.
    """
    done = Driven()
    args, kwargs = opened.args, opened.kwargs
    started = clock.thread_time_ns()
    try:
        try:
            limit.start(seconds)
            done.value = call(*args, **kwargs)
            _see_through(done, opened, between)
        finally:
            limit.stop()
    except TimeUp:
        limit.stop()
        done.kind, done.value, done.error = "timeout", None, None
    except BaseException as error:
        done.error = error
        if done.kind == "value":
            done.value = None
    done.seconds = (clock.thread_time_ns() - started) / 1e9
    return done


def _see_through(done: Driven, opened: Opened, between: Between) -> None:
    value = done.value
    kind = type(value)
    done.returned_type = encode.type_name(kind)
    if value is None or any(value is argument for argument in (*opened.args, *opened.kwargs.values())):
        return
    if is_iterator(kind):
        done.kind = "generator" if kind is types.GeneratorType else "iterator"
        _read(done, value, opened, between)
    elif kind is types.CoroutineType:
        # Where it raises, the coroutine itself is nobody's result.
        done.kind, done.value = "coroutine", None
        done.waits = "never lets others run"
        done.value = _run(_watched(value, done))
        if is_iterator(type(done.value)):
            _read(done, done.value, opened, between)
    elif kind is types.AsyncGeneratorType:
        done.kind = "async-generator"
        _run(_read_async(done, value, opened, between))


def _run(coroutine: Any) -> Any:
    """Run in an event loop; only code that needs it pays for the import."""
    import asyncio

    return asyncio.run(coroutine)


async def _watched(coroutine: Any, done: Driven) -> Any:
    """The coroutine's result, with a note of whether it ever gave way to others."""
    return await _steps(coroutine, done)


@types.coroutine
def _steps(coroutine: Any, done: Driven) -> Any:
    steps = coroutine.__await__()
    sent: Any = None
    error: Optional[BaseException] = None
    while True:
        try:
            waited = steps.send(sent) if error is None else steps.throw(error)
        except StopIteration as stop:
            return stop.value
        done.waits = "lets others run"
        try:
            sent, error = (yield waited), None
        except BaseException as raised:
            sent, error = None, raised


def _note(done: Driven, items: List[Any], item: Any, opened: Opened) -> None:
    """An item as it is now; it may be changed before the next one comes."""
    items.append(item)
    done.trace.append([encode.digest(encode.graph(item)), _consumed(opened)])


def _consumed(opened: Opened) -> List[int]:
    return [feed.consumed for feed in opened.feeds]


def _read(done: Driven, iterator: Iterator[Any], opened: Opened, between: Between) -> None:
    items: List[Any] = []
    done.value = items
    done.trace.append(["", _consumed(opened)])
    try:
        while True:
            _note(done, items, next(iterator), opened)
            if between is not None and len(items) == 1:
                between()
            if len(items) >= YIELDS:
                done.ending = "more"
                with contextlib.suppress(AttributeError):
                    iterator.close()  # type: ignore[attr-defined]
                return
    except StopIteration as stop:
        done.ending, done.final = "end", stop.value
    except Exception:
        done.ending = "raises"
        raise


async def _read_async(done: Driven, source: Any, opened: Opened, between: Between) -> None:
    items: List[Any] = []
    done.value = items
    done.trace.append(["", _consumed(opened)])
    try:
        async for item in source:
            _note(done, items, item, opened)
            if between is not None and len(items) == 1:
                between()
            if len(items) >= YIELDS:
                done.ending = "more"
                await source.aclose()
                return
        done.ending = "end"
    except Exception:
        done.ending = "raises"
        raise


def facts(done: Driven) -> Tuple[str, Dict[str, Any]]:
    """Kind and the plain facts of a call that belong to its result."""
    told = {"type": done.returned_type, "trace": done.trace, "ending": done.ending, "waits": done.waits}
    return done.kind, told
