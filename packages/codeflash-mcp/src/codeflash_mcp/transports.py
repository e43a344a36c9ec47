"""How clients reach the server: over its standard input and output, or over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterable
from types import FrameType
from typing import Any

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp

from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_core.pipeline.works import Works
from codeflash_mcp.gate import BearerGate
from codeflash_mcp.house import House
from codeflash_mcp.server import build_server

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TOKEN = "CODEFLASH_MCP_TOKEN"
GRACE_SECONDS = 10


def serve_stdio(house: House) -> int:
    """Serve one client over standard input and output, until it closes them."""
    server = build_server(house)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, _end_soon, house.works, number)
        try:
            await server.run_stdio_async()
        finally:
            await house.works.stop()

    asyncio.run(serve())
    return 0


_endings: set[asyncio.Task[None]] = set()


def _end_soon(works: Works, number: int) -> None:
    """Clean up and end: a thread that waits for the client's next words can't be woken otherwise."""

    async def end() -> None:
        await works.stop()
        os._exit(128 + number)

    _endings.add(asyncio.get_running_loop().create_task(end()))


def http_app(server: MCPServer[Any], hosts: Iterable[str], token: str) -> ASGIApp:
    """The application behind HTTP.

    Args:
        server: The server.
        hosts: Names by which clients may reach it: requests under other names are refused, since a page of some
            website could have its name point here.
        token: What clients have to show, or an empty string.
    """
    names = [f"[{host}]" if ":" in host else host for host in dict.fromkeys((*LOOPBACK, *hosts))]
    security = TransportSecuritySettings(
        allowed_hosts=[each for name in names for each in (name, f"{name}:*")],
        allowed_origins=[
            f"{scheme}://{name}{port}"
            for scheme in ("http", "https")
            for name in names
            for port in ("", ":*")
        ],
    )
    app = server.streamable_http_app(transport_security=security)
    return BearerGate(app, token) if token else app


def serve_http(house: House, host: str, port: int, hosts: Iterable[str]) -> int:
    """Serve any number of clients over HTTP, until a signal comes.

    Raises:
        UsageError: It would be open to other machines without a token.
        PrerequisiteError: The address can't be listened at.
    """
    token = os.environ.get(TOKEN, "")
    if host not in LOOPBACK and not token:
        raise UsageError(
            f"{host} can be reached from other machines, and no token is set",
            f"Set {TOKEN}, which clients then send as a bearer token; or listen at 127.0.0.1.",
        )
    app = http_app(build_server(house), (host, *hosts), token)
    with _listening(host, port) as listener:
        number = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=GRACE_SECONDS)
        # Ctrl-C is how a server is ended: uvicorn raises it once more after everything was closed.
        with contextlib.suppress(KeyboardInterrupt):
            _StoppingServer(config, house.works, f"http://{shown}:{number}/mcp").run(sockets=[listener])
    return 0


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as problem:
        raise PrerequisiteError(
            f"can't listen at {host} port {port}: {problem.strerror or problem}",
            "Choose another with --port.",
        ) from problem


class _StoppingServer(uvicorn.Server):
    """A web server that stops the runs first: it would wait for their answers otherwise."""

    def __init__(self, config: uvicorn.Config, works: Works, address: str) -> None:
        super().__init__(config)
        self._works = works
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where it listens; from here on Ctrl-C ends it in order."""
        await super().startup(sockets)
        if self.started:
            print(f"listening on {self._address}", flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop().call_soon_threadsafe(self._works.cancel)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End once every run has cleaned up."""
        await self._works.stop()
        await super().shutdown(sockets)
