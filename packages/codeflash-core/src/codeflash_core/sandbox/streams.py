"""The pipes to and from a sandboxed process, on the engine's event loop."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable
from typing import IO, Any

_CHUNK = 256 * 1024
UNREAD_BYTES = 64 * 1024 * 1024
"""How far a process may write ahead of what is asked of it."""


class Collected(asyncio.Protocol):
    """Gathers what a process writes, up to an allowance.

    There is no back-pressure, so that the end and the excess of a process that nobody reads are seen;
    what it may write unread is bounded apart from its total.
    """

    def __init__(self, allowance: int, keep: int | None, too_much: Callable[[], None]) -> None:
        self.total = 0
        """Bytes that arrived, kept or not."""
        self.held = bytearray()
        self.ended = asyncio.get_running_loop().create_future()
        self.wanted = 0
        """How many bytes a reader waits for."""
        self._allowance = allowance
        self._keep = keep
        self._too_much = too_much
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.BaseTransport | None = None

    async def attach(self, pipe: IO[bytes]) -> None:
        """Begin to read a pipe."""
        loop = asyncio.get_running_loop()
        if sys.platform == "win32":
            threading.Thread(target=self._pump, args=(loop, pipe), daemon=True).start()
        else:
            self._transport, _ = await loop.connect_read_pipe(lambda: self, pipe)

    def _pump(self, loop: asyncio.AbstractEventLoop, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            while chunk := pipe.read(_CHUNK):
                loop.call_soon_threadsafe(self.data_received, chunk)
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self.connection_lost, None)
        pipe.close()

    def data_received(self, data: bytes) -> None:
        """Keep what the allowance allows."""
        self.total += len(data)
        excess = self.total > self._allowance
        if self._keep is not None:
            self.held += data
            del self.held[: -self._keep]
        elif not excess and len(self.held) + len(data) <= self.wanted + UNREAD_BYTES:
            self.held += data
        else:
            excess = True
        if excess:
            self._too_much()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end of the stream."""
        if not self.ended.done():
            self.ended.set_result(None)
        self._wake()

    async def more(self) -> None:
        """Return when something arrived or the stream ended."""
        if self.ended.done():
            return
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    def close(self) -> None:
        """Stop reading, for a pipe that somebody outside the group holds open."""
        if self._transport is not None:
            self._transport.close()

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)


class Fed(asyncio.BaseProtocol):
    """Writes to a process's standard input, waiting while the pipe is full."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._pipe: IO[bytes] | None = None
        self._room = asyncio.Event()
        self._room.set()
        self._lost = False

    async def attach(self, pipe: IO[bytes]) -> None:
        """Begin to write to a pipe."""
        if sys.platform == "win32":
            self._pipe = pipe
            return
        loop = asyncio.get_running_loop()
        transport: Any
        transport, _ = await loop.connect_write_pipe(lambda: self, pipe)
        self._transport = transport

    def pause_writing(self) -> None:
        """Hold writers back."""
        self._room.clear()

    def resume_writing(self) -> None:
        """Let writers go on."""
        self._room.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the other side no longer reads."""
        self._lost = True
        self._room.set()

    async def send(self, data: bytes) -> bool:
        """Write all of it; False when the other side no longer reads."""
        if self._pipe is not None:
            try:
                await asyncio.to_thread(_write_all, self._pipe, data)
            except (OSError, ValueError):
                return False
            return True
        if self._lost or self._transport is None or self._transport.is_closing():
            return False
        self._transport.write(data)
        await self._room.wait()
        return not self._lost

    def finish(self) -> None:
        """Close the stream once what was sent is written."""
        if self._pipe is not None:
            with contextlib.suppress(OSError):
                self._pipe.close()
        elif self._transport is not None and not self._lost:
            self._transport.close()

    def abort(self) -> None:
        """Close the stream now."""
        if self._transport is None:
            self.finish()
        elif not self._lost and not self._transport.is_closing():
            self._transport.abort()


def _write_all(pipe: IO[bytes], data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[pipe.write(rest) :]
