"""How an editor reaches the server: over standard input and output, or over a socket."""

from __future__ import annotations

import asyncio
import contextlib
import io
import ipaddress
import os
import signal
import socket
import sys
from typing import Any

from pygls.io_ import run_async

from codeflash_core.errors import PrerequisiteError, UsageError
from codeflash_lsp.arguments import Address
from codeflash_lsp.server import EditorServer, build_server


def serve_stdio() -> int:
    """Serve the editor that started the process, until it closes the connection.

    Returns:
        0, or 1 where the editor left without saying so, as the protocol wants it.
    """
    server = build_server()
    _clean_up_on_signals(server)
    # What anything else prints must not get between the messages.
    to_editor = _ToEditor(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        server.start_io(sys.stdin.buffer, to_editor)
    finally:
        server.close()
    return 0 if server.shut_down else 1


class _ToEditor(io.FileIO):
    """What is said to the editor; words to one that has gone are lost, and a run goes on to clean up."""

    def write(self, data: Any, /) -> int:
        """Write all of it."""
        left = memoryview(data).cast("B")
        while left:
            try:
                left = left[super().write(left) or 0 :]
            except (BrokenPipeError, ConnectionResetError):
                break
        return memoryview(data).nbytes


def serve_tcp(address: Address, *, anywhere: bool) -> int:
    """Listen, and serve the first editor that connects.

    Args:
        address: Where to listen.
        anywhere: Whether other machines may reach it.

    Raises:
        UsageError: Other machines could reach it, and nobody asked for that.
        PrerequisiteError: The address can't be listened at.
    """
    if not anywhere and not is_loopback(address.host):
        raise UsageError(
            f"{address.host} can be reached from other machines, and whoever connects can have code run",
            "Listen at 127.0.0.1 (with an ssh tunnel for another machine), or say --anywhere.",
        )
    asyncio.run(_listen(address))
    return 0


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and nothing else."""
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


async def _listen(address: Address) -> None:
    server = build_server()
    served: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    taken = False

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        if taken:  # one editor a process: a second one gets no answer that looks like ours
            writer.close()
            return
        taken = True
        try:
            await attend(server, reader, writer)
        finally:
            if not served.done():
                served.set_result(None)

    try:
        listening = await asyncio.start_server(serve, address.host, address.port)
    except (OSError, socket.gaierror) as problem:
        raise PrerequisiteError(
            f"can't listen at {address.host}:{address.port}: {problem.strerror or problem}",
            "Choose another port; 0 takes a free one.",
        ) from problem
    host, port = listening.sockets[0].getsockname()[:2]
    _clean_up_on_signals(server)
    print(f"listening on {host}:{port}", flush=True)
    try:
        await served
    finally:
        listening.close()
        await asyncio.to_thread(server.close)


async def attend(server: EditorServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve an editor at the other end of a connection until it goes."""
    server.protocol.set_writer(writer)
    try:
        await run_async(
            stop_event=server.stopping,
            reader=reader,
            protocol=server.protocol,
            error_handler=server.report_server_error,
        )
    except (SystemExit, ConnectionError):
        pass
    finally:
        writer.close()


def _clean_up_on_signals(server: EditorServer) -> None:
    """End runs and what they started before the process ends by a signal."""

    def end(number: int, _: object) -> None:
        server.close()
        os._exit(0 if number == signal.SIGINT else 128 + number)

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError, OSError):
            signal.signal(number, end)
