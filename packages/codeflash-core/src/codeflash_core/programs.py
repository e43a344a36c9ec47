"""Child processes that end with us, in whichever way we end, and that know nothing they need not know."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from attrs import frozen

GENTLE_SECONDS = 10.0
"""How long a program may take to clean up after itself before its whole group is killed."""


@frozen
class Said:
    """What a program said, and how it ended.

    Attributes:
        code: Its exit status; negative when a signal ended it.
        out: Standard output, at most as much as was allowed.
        err: The end of standard error, as text.
        whole: Whether standard output is all that it wrote.
    """

    code: int
    out: bytes
    err: str
    whole: bool = True


async def run_program(
    words: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    seconds: float,
    most_out: int = 64 << 20,
    stdin: bytes = b"",
    watch: Callable[[], Awaitable[None]] | None = None,
) -> Said:
    """Run a program to its end.

    It is killed with this process, also when that is killed, and its group is whenever this call ends.

    Args:
        words: The program and its words; none of them is a secret.
        folder: Where it works.
        environment: All that it sees of the environment.
        seconds: How long it may take.
        most_out: Bytes of standard output that are taken at most; it is ended when there are more.
        stdin: What it reads.
        watch: Runs beside it; an exception out of it ends the program.

    Raises:
        TimeoutError: It took longer.
    """
    # The bound is to the thread that starts it, which is the event loop's: prctl(2), PR_SET_PDEATHSIG.
    bound = (sys.executable, "-I", "-m", "codeflash_core.bound", str(os.getpid()))
    process = await asyncio.create_subprocess_exec(
        *bound,
        *words,
        cwd=folder,
        env=dict(environment),
        stdin=asyncio.subprocess.PIPE if stdin else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds), beside(watch):
            assert process.stdout is not None
            assert process.stderr is not None
            (out, whole), err, _ = await asyncio.gather(
                _beginning(process.stdout, most_out, lambda: _signal(process, signal.SIGKILL)),
                _end(process.stderr),
                _fed(process.stdin, stdin),
            )
            code = await process.wait()
            return Said(code, out, err, whole)
    finally:
        await _end_group(process)


@contextlib.asynccontextmanager
async def beside(watch: Callable[[], Awaitable[None]] | None) -> AsyncIterator[None]:
    """Run a watch beside a block; its exception ends the block and comes out as it is.

    Args:
        watch: The watch; None for none.
    """
    if watch is None:
        yield
        return
    inside = asyncio.current_task()
    assert inside is not None
    problems: list[Exception] = []

    async def watched() -> None:
        try:
            await watch()
        except Exception as problem:  # noqa: BLE001 (it is raised again where the block is)
            problems.append(problem)
            inside.cancel()

    task = asyncio.ensure_future(watched())
    try:
        yield
    except asyncio.CancelledError:
        if problems and inside.uncancel() == 0:
            raise problems[0] from None
        raise
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _fed(stream: asyncio.StreamWriter | None, sent: bytes) -> None:
    if stream is None:
        return
    with contextlib.suppress(ConnectionError):  # it ended before it had read all
        stream.write(sent)
        await stream.drain()
    stream.close()


async def _beginning(
    stream: asyncio.StreamReader, most: int, too_much: Callable[[], None]
) -> tuple[bytes, bool]:
    """What comes first, and whether it is all; the rest is read too, since a pipe that is full never ends."""
    parts: list[bytes] = []
    size = 0
    while part := await stream.read(1 << 16):
        size += len(part)
        if size <= most:
            parts.append(part)
        else:
            too_much()
    return b"".join(parts), size <= most


async def _end(stream: asyncio.StreamReader, most: int = 1 << 15) -> str:
    kept = b""
    while part := await stream.read(1 << 14):
        kept = (kept + part)[-most:]
    return kept.decode("utf-8", "replace")


async def _end_group(process: asyncio.subprocess.Process) -> None:
    """End all of a program: gently first, so that it can take its own children and files away."""
    if process.returncode is None:
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GENTLE_SECONDS):
                await process.wait()
    _signal(process, signal.SIGKILL)
    await asyncio.shield(process.wait())


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
