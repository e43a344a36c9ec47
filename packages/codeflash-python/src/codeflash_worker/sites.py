"""Watched functions: each outermost call is shown to an observer before and after it is made."""

from __future__ import annotations

import functools
import os
import sys
import threading
import types
from typing import Any, Callable, Dict, Generator, List, Optional, Tuple

from codeflash_worker import clock, trampoline

FRAMES_SEARCHED = 400
"""How far up the stack an outer call of the same generator or coroutine is looked for."""

Arguments = Tuple[Tuple[Any, ...], Dict[str, Any]]


class Observer:
    """What is told of the calls; the base class notes nothing."""

    def wants(self, site: Site) -> bool:
        """Whether this call shall be observed; asked once for every outermost call."""
        del site
        return True

    def before(self, site: Site, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Tuple[Any, Arguments]:
        """A call is about to be made; gives a note for :meth:`after` and the arguments to call with."""
        del site
        return None, (args, kwargs)

    def after(self, site: Site, note: Any, spent_ns: int) -> None:
        """The call has ended after ``spent_ns`` of this thread's CPU time."""


class _Local(threading.local):
    """What a thread is doing.

    Attributes:
        muted: Whether an observer is at work: calls made meanwhile are its own doing.
        observing_ns: CPU time that observers have taken on this thread.
    """

    def __init__(self) -> None:
        self.muted = False
        self.observing_ns = 0


class Site:
    """One function whose calls are watched.

    Attributes:
        key: ``path::qualname`` of the target.
        function: The function; its code is exchanged while it is watched.
    """

    local = _Local()

    def __init__(self, key: str, function: types.FunctionType, observer: Observer) -> None:
        """Start watching.

        Raises:
            Unwatchable: The function's code cannot be exchanged.
        """
        self.key = key
        self.function = function
        self._observer = observer
        self._code = function.__code__
        self._twin = trampoline.twin(function)
        self._stand_in = trampoline.stand_in(function, self)
        self._busy = threading.local()
        self._paused_by = 0
        self._stopped = False
        function.__code__ = self._stand_in

    @property
    def code(self) -> types.CodeType:
        """The function's own code."""
        return self._code

    @property
    def watching(self) -> bool:
        """Whether calls are seen now."""
        return self.function.__code__ is self._stand_in

    def stop(self) -> None:
        """Give the function its own code back."""
        self._stopped = True
        self.function.__code__ = self._code

    def resume(self) -> None:
        """Watch again after :meth:`stop`."""
        self._stopped = False
        self.function.__code__ = self._stand_in

    def call(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        """Answer a call of a plain function."""
        local, busy = self.local, self._busy
        if local.muted:
            return self._twin(*args, **kwargs)
        if getattr(busy, "on", False):
            # Recursion runs at full speed: the function has its own code until the outer call ends.
            if not self._paused_by:
                self._paused_by = threading.get_ident()
                self.function.__code__ = self._code
            return self._twin(*args, **kwargs)
        busy.on = True
        try:
            if not self._observer.wants(self):
                return self._twin(*args, **kwargs)
            note, (args, kwargs) = self._before(args, kwargs)
            observed = local.observing_ns
            start = clock.thread_time_ns()
            try:
                return self._twin(*args, **kwargs)
            finally:
                spent = clock.thread_time_ns() - start
                self._after(note, max(0, spent - (local.observing_ns - observed)))
        finally:
            busy.on = False
            if self._paused_by == threading.get_ident():
                self._paused_by = 0
                if not self._stopped:
                    self.function.__code__ = self._stand_in

    def generate(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Generator[Any, Any, Any]:
        """Answer a call of a generator function."""
        if self.local.muted or self._is_running() or not self._observer.wants(self):
            return self._twin(*args, **kwargs)  # type: ignore[no-any-return]
        return self._timed(lambda args, kwargs: self._twin(*args, **kwargs), args, kwargs)

    @types.coroutine
    def wait(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Generator[Any, Any, Any]:
        """Answer a call of a coroutine function."""
        if self.local.muted or self._is_running() or not self._observer.wants(self):
            return (yield from self._twin(*args, **kwargs).__await__())
        return (
            yield from self._timed(lambda args, kwargs: self._twin(*args, **kwargs).__await__(), args, kwargs)
        )

    def stream(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        """Answer a call of an asynchronous generator function; its time is not taken."""
        if self.local.muted or self._is_running() or not self._observer.wants(self):
            return self._twin(*args, **kwargs)
        note, (args, kwargs) = self._before(args, kwargs)
        try:
            return self._twin(*args, **kwargs)
        finally:
            self._after(note, 0)

    def _is_running(self) -> bool:
        """Whether an outer call of the same function is on this thread's stack."""
        frame: Optional[types.FrameType] = sys._getframe(2)
        for _ in range(FRAMES_SEARCHED):
            if frame is None:
                return False
            if frame.f_code is self._code:
                return True
            frame = frame.f_back
        return False

    def _before(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Tuple[Any, Arguments]:
        local = self.local
        local.muted = True
        start = clock.thread_time_ns()
        try:
            return self._observer.before(self, args, kwargs)
        finally:
            local.muted = False
            local.observing_ns += clock.thread_time_ns() - start

    def _after(self, note: Any, spent_ns: int) -> None:
        local = self.local
        local.muted = True
        start = clock.thread_time_ns()
        try:
            self._observer.after(self, note, spent_ns)
        finally:
            local.muted = False
            local.observing_ns += clock.thread_time_ns() - start

    def _timed(
        self, begin: Callable[..., Any], args: Tuple[Any, ...], kwargs: Dict[str, Any]
    ) -> Generator[Any, Any, Any]:
        """``yield from begin(...)`` (PEP 380) that adds up the time spent inside only."""
        note, (args, kwargs) = self._before(args, kwargs)
        inner = begin(args, kwargs)
        spent = [0]
        try:
            item = self._step(spent, next, inner)
            while True:
                try:
                    sent = yield item
                except GeneratorExit:
                    close = getattr(inner, "close", None)
                    if close is not None:
                        close()
                    raise
                except BaseException as error:
                    throw = getattr(inner, "throw", None)
                    if throw is None:
                        raise
                    item = self._step(spent, throw, error)
                else:
                    if sent is None:
                        item = self._step(spent, next, inner)
                    else:
                        item = self._step(spent, inner.send, sent)
        except StopIteration as stop:
            return stop.value
        finally:
            self._after(note, spent[0])

    def _step(self, spent: List[int], move: Callable[..., Any], value: Any) -> Any:
        observed = self.local.observing_ns
        start = clock.thread_time_ns()
        try:
            return move(value)
        finally:
            spent[0] += max(0, clock.thread_time_ns() - start - (self.local.observing_ns - observed))


def look_up(module: Any, qualname: str) -> Any:
    """What a dotted name stands for in a module, without triggering descriptors; None when there is nothing."""
    value: Any = module
    for name in qualname.split("."):
        names = getattr(value, "__dict__", {})
        if name.startswith("__") and name not in names:
            name = "_%s%s" % (getattr(value, "__name__", "").lstrip("_"), name)
        if name not in names:
            return None
        value = names[name]
    return value


def undecorated(found: Any, name: str, file: str) -> Optional[types.FunctionType]:
    """The function behind a plain descriptor, where it is the one that the file defines; else None."""
    for wrapper, attribute in DESCRIPTORS:
        if type(found) is wrapper:
            found = getattr(found, attribute)
            break
    if not isinstance(found, types.FunctionType) or hasattr(found, "__wrapped__"):
        return None
    code = found.__code__
    return found if code.co_name == name and os.path.realpath(code.co_filename) == file else None


DESCRIPTORS: Tuple[Tuple[type, str], ...] = (
    (staticmethod, "__func__"),
    (classmethod, "__func__"),
    (property, "fget"),
    (functools.cached_property, "func"),
)
