"""A running sandboxed process: its pipes, its end, and how its whole group is ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from attrs import frozen

from codeflash_core.errors import CodeflashError
from codeflash_core.sandbox.policy import Limits
from codeflash_core.sandbox.starter import Child
from codeflash_core.sandbox.streams import Collected, Fed
from codeflash_core.sandbox.watch import Usage, Watcher, descendants, measure

_STDERR_KEPT = 64 * 1024
_TAIL_SECONDS = 2.0
_SIGNALS = frozenset(int(one) for one in signal.Signals)


class EndOfStream(CodeflashError):
    """The process stopped reading or writing before what was asked for was through."""

    code = "end-of-stream"


@frozen
class Exit:
    """How a sandboxed process ended."""

    status: int | None
    """Exit status, or None when a signal ended it."""
    signal: int | None
    breach: str | None
    """Why it was killed: ``wall``, ``cpu``, ``memory``, ``processes``, ``output``, ``disk``, ``killed``."""
    cpu_seconds: float
    """Of the whole group, as last seen from outside."""
    wall_seconds: float
    peak_bytes: int
    """Largest resident memory of the whole group that was seen from outside."""

    @property
    def ok(self) -> bool:
        """Whether it ended by itself with status 0."""
        return self.status == 0 and self.breach is None


class Process:
    """One sandboxed process group. Leaving ``async with`` kills what is left of it."""

    def __init__(
        self, child: Child, limits: Limits, scratch: Path, watcher: Watcher, *, confined: bool
    ) -> None:
        loop = asyncio.get_running_loop()
        self.limits = limits
        self.scratch = scratch
        self.started = child.started
        self._child = child
        self._watcher = watcher
        self._confined = confined
        self._loop = loop
        self._lock = threading.Lock()
        self._breach: str | None = None
        self._over = False
        self._cpu = 0.0
        self._peak = 0
        self._ended: asyncio.Future[Exit] = loop.create_future()
        self._stdin = Fed()
        self._stdout = Collected(limits.output_bytes, None, lambda: self.stop("output"))
        self._stderr = Collected(limits.output_bytes, _STDERR_KEPT, lambda: self.stop("output"))

    async def _attach(self) -> None:
        popen = self._child.popen
        assert popen.stdin is not None and popen.stdout is not None and popen.stderr is not None
        self._watcher.add(self)
        threading.Thread(target=self._reap, name="sandbox-reap", daemon=True).start()
        await self._stdin.attach(popen.stdin)
        await self._stdout.attach(popen.stdout)
        await self._stderr.attach(popen.stderr)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    @property
    def pid(self) -> int:
        """The process that the engine started, as the host numbers it."""
        return self._child.popen.pid

    @property
    def stderr_tail(self) -> bytes:
        """The last 64 KiB written to stderr so far."""
        return bytes(self._stderr.held)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.done()

    async def send(self, data: bytes) -> None:
        """Write to its standard input.

        Raises:
            EndOfStream: It no longer reads.
        """
        if not await self._stdin.send(data):
            raise EndOfStream(f"The sandboxed process no longer reads its input.{self._last_words()}")

    async def receive(self, count: int) -> bytes:
        """Read exactly ``count`` bytes of its standard output; one reader at a time.

        Raises:
            EndOfStream: It ended, or was killed, before it wrote so many.
        """
        held = self._stdout.held
        self._stdout.wanted = count
        while len(held) < count:
            if self._stdout.ended.done():
                # Why it ended stands on its standard error, which may arrive a moment later.
                await asyncio.wait([self._stderr.ended], timeout=_TAIL_SECONDS)
                raise EndOfStream(
                    f"The sandboxed process wrote {len(held)} of {count} bytes before its end.{self._last_words()}"
                )
            await self._stdout.more()
        self._stdout.wanted = 0
        data = bytes(held[:count])
        del held[:count]
        return data

    async def receive_rest(self) -> bytes:
        """Read its standard output up to the end."""
        await self._stdout.ended
        data = bytes(self._stdout.held)
        self._stdout.held.clear()
        return data

    async def close_input(self) -> None:
        """Let it see the end of its standard input."""
        self._stdin.finish()

    async def wait(self) -> Exit:
        """Wait until its whole group is gone and what it wrote has arrived."""
        end = await asyncio.shield(self._ended)
        streams = (self._stdout, self._stderr)
        _, late = await asyncio.wait([stream.ended for stream in streams], timeout=_TAIL_SECONDS)
        for stream in streams:
            if stream.ended in late:
                stream.close()
        self._stdin.abort()
        # Nothing holds the pipes now but the transports; let them close before the loop may.
        await asyncio.sleep(0)
        return end

    async def kill(self) -> None:
        """End the whole group and wait until it is gone; does nothing when it has ended."""
        self.stop("killed")
        await self.wait()

    def cpu_seconds(self) -> float:
        """Processor seconds of the whole group so far, as seen from outside."""
        self.usage()
        return self._cpu

    def usage(self) -> Usage:
        """Add the group up now."""
        root = self._child.init_pid if self._confined else self.pid
        if root is None or self._over:
            return Usage(cpu_seconds=self._cpu)
        usage = measure(root, self.limits, itself=not self._confined)
        self._cpu = max(self._cpu, usage.cpu_seconds)
        self._peak = max(self._peak, usage.resident_bytes)
        return usage

    def outgrown(self) -> bool:
        """Whether it was refused a process for their number, which the watcher may not have seen.

        What it did after such a refusal says nothing of its code.
        """
        return self._child.outgrown()

    def stop(self, breach: str) -> None:
        """Kill the group from any thread, remembering the first reason."""
        with self._lock:
            if self._over:
                return
            self._breach = self._breach or breach
            self._kill_group()

    def _kill_group(self) -> None:
        if not self._confined:
            # Those that left the process group, as far as they can still be traced to it.
            _kill_each(descendants(self.pid))
        self._child.kill()

    def _reap(self) -> None:
        """Wait for the end, in a thread of its own, then clear what is left of the group."""
        popen = self._child.popen
        code = self._wait_unreaped()
        finished = time.monotonic()
        self.usage()
        with self._lock:
            self._kill_group()
            self._over = True
            if code is None:
                code = popen.wait()
            else:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(popen.pid, 0)
                popen.returncode = code
        self._watcher.discard(self)
        self._child.await_namespace()
        if self._breach is None and self.outgrown():
            self._breach = "processes"
        self._child.leave_group()
        end = self._described(code, finished - self.started)
        with contextlib.suppress(RuntimeError):  # the loop was closed
            self._loop.call_soon_threadsafe(self._finish, end)

    def _finish(self, end: Exit) -> None:
        if not self._ended.done():
            self._ended.set_result(end)

    def _wait_unreaped(self) -> int | None:
        """Wait without reaping, so that the group's number cannot be given to another meanwhile."""
        if not hasattr(os, "waitid"):
            self._child.popen.wait()
            return None
        with contextlib.suppress(ChildProcessError):
            result = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            assert result is not None
            return result.si_status if result.si_code == os.CLD_EXITED else -result.si_status
        return None

    def _described(self, code: int, wall: float) -> Exit:
        number = -code if code < 0 else None
        # bubblewrap reports a signal as a shell does.
        if self._confined and code - 128 in _SIGNALS:
            number = code - 128
        breach = self._breach
        if breach is None and number == getattr(signal, "SIGXCPU", None):
            breach = "cpu"
        return Exit(None if number is not None else code, number, breach, self._cpu, wall, self._peak)

    def _last_words(self) -> str:
        lines = self.stderr_tail.decode(errors="replace").strip().splitlines()
        return f" Its last line of stderr: {lines[-1][:500]}" if lines else ""


def _kill_each(pids: Iterable[int]) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
