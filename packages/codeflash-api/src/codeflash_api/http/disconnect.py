"""Ends the work on a request when its client goes away or stops waiting."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from codeflash_api.http.replies import reply, state_of


class CancelOnDisconnect:
    """ASGI middleware: the handler of a request nobody waits for is cancelled, so that its usage is settled so.

    It expects a body that is already there, see ``BodyGuard``: it asks for the next message while the
    application works, and that must be the disconnection.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        """Wrap an application.

        Args:
            app: The application.
            seconds: Longest time until it begins to answer.
        """
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = complete = False

        async def noting(message: Message) -> None:
            nonlocal started, complete
            started = True
            complete = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        line = _Line(receive)
        work = asyncio.ensure_future(self._app(scope, line.receive, noting))
        watch = asyncio.ensure_future(line.watch())
        try:
            await asyncio.wait((work, watch), timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
            if work.done() or complete:
                # Servers report a disconnection once the answer is out: what is left is the application's own.
                await work
                return
            gone = watch.done()
            if gone:
                state_of(scope)["gone"] = True
            await _ended(work)
            if not gone and not started:
                await reply(
                    scope, receive, send, f"There was no answer within {self._seconds:g} seconds.", 504
                )
        finally:
            # Also when the server itself gives up on us.
            await _ended(watch)
            await _ended(work)


class _Line:
    """The one reader of a connection; what it reads is handed on."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._messages: asyncio.Queue[Message] = asyncio.Queue()

    async def watch(self) -> None:
        while True:
            message = await self._receive()
            await self._messages.put(message)
            if message["type"] == "http.disconnect":
                return

    async def receive(self) -> Message:
        return await self._messages.get()


async def _ended(task: asyncio.Future[None]) -> None:
    """Cancel a task and wait until its clean-up is over; what it raised on the way no longer matters."""
    if not task.done():
        task.cancel()
        await asyncio.wait((task,))
    if not task.cancelled():
        task.exception()
