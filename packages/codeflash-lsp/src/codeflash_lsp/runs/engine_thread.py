"""The thread that the engine works in: copying a project or parsing a text must not keep an editor waiting."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, InvalidStateError
from typing import Any, TypeVar

from codeflash_core.pipeline.works import Works

T = TypeVar("T")
Work = Callable[[Works], Coroutine[Any, Any, T]]
MOST_AT_ONCE = 1
"""Runs at one time; the others wait in the order in which they came. Side by side they would spoil each other's figures."""
GRACE_SECONDS = 20.0
"""Seconds that runs get to clean up when the server ends."""


class EngineThread:
    """An event loop of the engine's own; started when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal may come while it is held
        self._loop: asyncio.AbstractEventLoop | None = None
        self._works = Works()
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)  # this and the tasks are used in the thread only
        self._tasks: set[asyncio.Task[Any]] = set()
        self._answers: set[Future[Any]] = set()

    async def run(self, work: Work[T], waits: Callable[[], None]) -> T:
        """Do work in the thread. Whoever is cancelled here goes on waiting until the work has cleaned up there.

        Args:
            work: Makes the coroutine; it is given the runs of this thread.
            waits: Is called in the thread where other work has to end first.
        """
        loop, answer, tasks = self._started(), Future[T](), list[asyncio.Task[T]]()
        self._answers.add(answer)

        def begin() -> None:
            task = loop.create_task(self._in_turn(work, waits))
            tasks.append(task)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(lambda ended: _settle(answer, ended))

        loop.call_soon_threadsafe(begin)
        ended = asyncio.wrap_future(answer)
        try:
            return await asyncio.shield(ended)
        except asyncio.CancelledError:
            with contextlib.suppress(RuntimeError):  # the thread has ended, and the work with it
                loop.call_soon_threadsafe(lambda: _cancel(tasks[0]))
            while not ended.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait([ended])
            raise
        finally:
            self._answers.discard(answer)

    def close(self) -> None:
        """Cancel every run, and wait until all of them have cleaned up."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is None:
            return
        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(self._end(), loop).result(GRACE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        for answer in tuple(self._answers):  # of what has not ended in time; nobody waits for it any more
            answer.cancel()

    async def _in_turn(self, work: Work[T], waits: Callable[[], None]) -> T:
        if self._turns.locked():
            waits()
        async with self._turns:
            return await work(self._works)

    async def _end(self) -> None:
        tasks = set(self._tasks)
        for task in tasks:
            _cancel(task)
        if tasks:
            await asyncio.wait(tasks)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop, self._turns = asyncio.new_event_loop(), asyncio.Semaphore(MOST_AT_ONCE)
                threading.Thread(target=_serve, args=(self._loop,), name="engine", daemon=True).start()
            return self._loop


def _cancel(task: asyncio.Task[Any]) -> None:
    """Cancel a task once: a second time would keep it from cleaning up."""
    if not task.cancelling():
        task.cancel()


def _settle(answer: Future[T], ended: asyncio.Task[T]) -> None:
    """Make the outcome of a task known outside its thread, unless the server's end came first."""
    with contextlib.suppress(InvalidStateError):
        if ended.cancelled():
            answer.cancel()
        elif (problem := ended.exception()) is not None:
            answer.set_exception(problem)
        else:
            answer.set_result(ended.result())


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()
