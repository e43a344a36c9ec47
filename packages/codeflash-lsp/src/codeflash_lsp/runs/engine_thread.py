"""The thread that the engine works in: copying a project or parsing a text must not keep an editor waiting."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from codeflash_core.pipeline.works import Works

T = TypeVar("T")
GRACE_SECONDS = 20.0
"""Seconds that runs get to clean up when the server ends."""


class EngineThread:
    """An event loop of the engine's own; started when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal may come while it is held
        self._loop: asyncio.AbstractEventLoop | None = None
        self._works: Works | None = None

    def submit(self, work: Callable[[Works], Coroutine[Any, Any, T]]) -> Future[T]:
        """Begin work in the thread; cancelling the future cancels it there.

        Args:
            work: Makes the coroutine; it is given the runs of this thread.
        """
        loop = self._started()
        assert self._works is not None
        return asyncio.run_coroutine_threadsafe(work(self._works), loop)

    def close(self) -> None:
        """Cancel every run, and wait until all of them have cleaned up."""
        with self._lock:
            loop, works, self._loop = self._loop, self._works, None
        if loop is None or works is None:
            return
        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(works.stop(), loop).result(GRACE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop, self._works = asyncio.new_event_loop(), Works()
                threading.Thread(target=_serve, args=(self._loop,), name="engine", daemon=True).start()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
