"""Runs that are under way for clients; none outlives the client that asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import anyio

from codeflash_core.errors import CodeflashError, ContractViolation
from codeflash_core.pipeline.events import Event, Listener, line_of
from codeflash_core.pipeline.session import Request, Session, open_session

T = TypeVar("T")
Report = Callable[[float, str], Awaitable[None]]
"""Tells a client of progress: how many messages so far, and the message."""
Gone = Callable[[], Awaitable[bool]]
"""Tells whether the client has gone."""
Bug = Callable[[str, Exception], ContractViolation]
"""Makes an error for people of a bug: the name of the run that it stopped, or an empty string, and what was met."""
WATCH_SECONDS = 0.5


async def _stays() -> bool:
    return False


class Works:
    """The runs of one server."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()

    async def run(
        self, work: Callable[[Listener], Coroutine[Any, Any, T]], report: Report, gone: Gone = _stays
    ) -> T:
        """Do the work and tell of its progress.

        The work is a task of its own, outside the cancel scopes of the server: those cancel again at every wait,
        and the engine has to wait for its processes to end when it cleans up.

        Args:
            work: Does it; told events go to its argument.
            report: Tells the client.
            gone: Tells whether the client has gone, where the transport does not stop its requests.
        """
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        task = asyncio.get_running_loop().create_task(work(events.put_nowait))
        self._under_way.add(task)
        task.add_done_callback(lambda _: events.put_nowait(None))
        task.add_done_callback(self._under_way.discard)
        watch = asyncio.get_running_loop().create_task(_watch(task, gone))
        try:
            count = 0
            while (event := await events.get()) is not None:
                count += 1
                await report(float(count), line_of(event))
            return task.result()
        finally:
            watch.cancel()
            task.cancel()
            with anyio.CancelScope(shield=True):
                await asyncio.wait([task, watch])

    def cancel(self) -> None:
        """Cancel everything; each run cleans up after itself."""
        for task in self._under_way:
            task.cancel()

    async def stop(self) -> None:
        """Cancel everything and wait until all of it has cleaned up."""
        self.cancel()
        if self._under_way:
            await asyncio.wait(set(self._under_way))


async def in_session(
    request: Request, work: Callable[[Session], Awaitable[T]], emit: Listener, bug: Bug
) -> T:
    """Open a run of the engine and work in it.

    Args:
        request: The run.
        work: What is done in it.
        emit: Hears of the progress.
        bug: Names a bug.

    Raises:
        CodeflashError: The request can't be carried out.
        ContractViolation: A bug of ours stopped the run; it is named.
    """
    run = ""
    try:
        async with open_session(request, emit) as session:
            run = session.folder.name
            return await work(session)
    except ContractViolation as problem:
        raise bug(run, problem) from problem
    except CodeflashError:
        raise
    except Exception as problem:
        raise bug(run, problem) from problem


async def _watch(task: asyncio.Task[Any], gone: Gone) -> None:
    while not await gone():  # noqa: ASYNC110 - a transport has no event for it
        await asyncio.sleep(WATCH_SECONDS)
    task.cancel()
