"""The web server: sockets, patience with slow clients, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from codeflash_core.errors import UsageError

HEADER_SECONDS = 20.0
KEEP_ALIVE_SECONDS = 30
SHUTDOWN_SECONDS = 10
BACKLOG = 512


def bound(host: str, port: int) -> socket.socket:
    """A socket that is bound and does not listen yet.

    Args:
        host: A name or an address.
        port: The port; 0 is any.

    Raises:
        UsageError: It can't be had.
    """
    made: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except (OSError, UnicodeError) as problem:
        if made is not None:
            made.close()
        raise UsageError(
            f"can't listen on {host}:{port}: {problem}", "Choose another --host, --port or --companion-port."
        ) from problem
    return made


def address_of(listening: socket.socket) -> str:
    """A socket's address as a URL."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class PatientProtocol(H11Protocol):
    """HTTP whose clients have so long to finish the head of a request.

    (Bodies have a limit of their own, and idle connections one of the server's.)
    """

    _expiry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Start the clock with the connection."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Start the clock with the first byte of a further request; stop it when a request is there."""
        before = self.cycle
        if before is not None and before.response_complete:
            self._begin()
        super().data_received(data)
        if self.cycle is not before:
            self._end()

    def handle_events(self) -> None:
        """Stop the clock also for a request that had waited for the one before it."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._end()

    def send_400_response(self, msg: str) -> None:
        """Tell that a request is no HTTP in the form of all errors."""
        super().send_400_response(json.dumps({"error": msg}))

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        if self._expiry is None:
            self._expiry = self.loop.call_later(HEADER_SECONDS, self._expire)

    def _end(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None

    def _expire(self) -> None:
        self._expiry = None
        if not self.transport.is_closing():
            self.transport.close()


class Server(uvicorn.Server):
    """A server that leaves signals to :func:`serve` and says when it listens."""

    def __init__(self, config: uvicorn.Config, listens: Callable[[], None]) -> None:
        super().__init__(config)
        self._listens = listens

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none: the original raises them again when it has ended, before others have cleaned up."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        try:
            await super().startup(sockets)
        except SystemExit:
            # The application did not start; the caller tells, and the original would end the process.
            self.should_exit = True
        if self.started:
            self._listens()


async def serve(app: ASGIApp, sockets: list[socket.socket], listens: Callable[[], None]) -> bool:
    """Serve an application on all sockets until the process is asked to end.

    The first signal lets running requests finish for a while, the second one does not.

    Args:
        app: The application.
        sockets: Bound sockets; they are closed at the end.
        listens: Called once requests can come.

    Returns:
        Whether the server came to listen at all.
    """
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    server = Server(config, listens)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.force_exit = server.should_exit
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        await server.serve(sockets=sockets)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        for each in sockets:
            each.close()
    return server.started
