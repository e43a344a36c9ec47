"""The engine's MCP server for an agent in its sandbox.

A sandbox inside a sandbox can't be had: it would need a /proc of its own, which the kernel refuses there. So the server
runs outside, as a child of the engine, and what it runs is confined as ever; the agent reaches it by a socket in its
private home. It offers only tools that change nothing, and works with the project as the user has it.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

SOCKET = "judge.sock"
RELAY = "relay.py"
_CHUNK = 65536
_MOST_CLIENTS = 4
_END_SECONDS = 10.0
_PASSED = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV", "CODEFLASH_TRUSTED")


def server_words(root: Path) -> list[str] | None:
    """The command of the server; None where it is not installed.

    Args:
        root: The project.
    """
    if importlib.util.find_spec("codeflash_mcp") is None:
        return None
    return [sys.executable, "-m", "codeflash_mcp", "--judge", "--root", str(root)]


def relay_words(home: str) -> tuple[str, ...]:
    """The command by which an agent reaches the server from its sandbox.

    Args:
        home: Its private home as it sees it.
    """
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}"
    return (str(python), "-I", "-S", f"{home}/{RELAY}", f"{home}/{SOCKET}")


def relay_text() -> str:
    """The script that the command runs."""
    return (Path(__file__).parent / RELAY).read_text(encoding="utf-8")


@contextlib.asynccontextmanager
async def serving(words: Sequence[str], folder: Path, variables: Mapping[str, str]) -> AsyncIterator[None]:
    """Give each client that comes to the socket a server of its own, until the block ends.

    Args:
        words: The server's command.
        folder: Where the socket is made.
        variables: What the server sees of the environment besides the path and the home.

    Raises:
        OSError: The socket can't be made.
    """
    environment = {name: os.environ[name] for name in _PASSED if name in os.environ} | dict(variables)
    servers: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        servers.add(task)
        try:
            if len(servers) <= _MOST_CLIENTS:
                await _serve(words, environment, reader, writer)
        finally:
            servers.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    listener = await asyncio.start_unix_server(serve, sock=_bound(folder))
    try:
        yield
    finally:
        listener.close()
        left = tuple(servers)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await listener.wait_closed()


def _bound(folder: Path) -> socket.socket:
    """A socket in a folder whose path may be longer than an address can be (108 bytes, see unix(7))."""
    made = socket.socket(socket.AF_UNIX)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        short = f"/proc/self/fd/{handle}"
        made.bind(f"{short}/{SOCKET}" if Path(short).exists() else str(folder / SOCKET))
    except BaseException:
        made.close()
        raise
    finally:
        os.close(handle)
    return made


async def _serve(
    words: Sequence[str],
    environment: Mapping[str, str],
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    server = await asyncio.create_subprocess_exec(
        *words,
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert server.stdin is not None and server.stdout is not None
    asking = asyncio.ensure_future(_carry(reader, server.stdin))
    answering = asyncio.ensure_future(_carry(server.stdout, writer))
    try:
        # Either side may go first: without a client there is nobody to serve.
        await asyncio.wait((asking, answering), return_when=asyncio.FIRST_COMPLETED)
    finally:
        asking.cancel()
        answering.cancel()
        await asyncio.gather(asking, answering, return_exceptions=True)
        server.stdin.close()
        await _end(server)
        # Only what has been read to its end is closed by itself.
        await server.stdout.read()


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(_CHUNK):
            target.write(data)
            await target.drain()


async def _end(server: asyncio.subprocess.Process) -> None:
    """End a server; it cleans up its sandboxes when it is asked to."""
    with contextlib.suppress(ProcessLookupError):
        server.terminate()
    try:
        async with asyncio.timeout(_END_SECONDS):
            await asyncio.shield(asyncio.ensure_future(server.wait()))
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            server.kill()
        await server.wait()
