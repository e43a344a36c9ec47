"""Runs a workload in a child of its own, so that a test that hangs or kills its process costs that test only."""

from __future__ import annotations

import mmap
import os
import select
import signal
import struct
from typing import Any, Callable, Dict, List, Optional, Tuple

from codeflash_worker import channel, clock

Answer = Tuple[Dict[str, Any], List[bytes]]

GRACE = 4.0
"""Seconds beyond a test's limit before its process is killed: the alarm inside comes first."""
NAME_BYTES = 4096


class Beat:
    """What the child is working on, in memory that both processes see."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 16 + NAME_BYTES)

    def start(self, name: str, limit: float) -> None:
        """A piece of work begins that may take ``limit`` seconds."""
        data = name.encode("utf-8", "backslashreplace")[:NAME_BYTES]
        self._shared[16 : 16 + len(data)] = data
        self._shared[8:16] = struct.pack(">q", len(data))
        self._shared[0:8] = struct.pack(">q", clock.perf_counter_ns() + int(limit * 1e9))

    def end(self) -> None:
        """The piece of work is done."""
        self._shared[0:8] = bytes(8)

    def current(self) -> Tuple[str, float]:
        """Name of the piece of work and seconds until it is overdue; no name when nothing is going on."""
        (due,) = struct.unpack(">q", self._shared[0:8])
        if not due:
            return "", 1.0
        (size,) = struct.unpack(">q", self._shared[8:16])
        name = self._shared[16 : 16 + size].decode("utf-8", "replace")
        return name, (due - clock.perf_counter_ns()) / 1e9 + GRACE


class Died(Exception):
    """The child gave no answer.

    Attributes:
        during: The test that was running, or an empty string.
        why: ``timed out``, or how the process ended.
    """

    def __init__(self, during: str, why: str) -> None:
        super().__init__("%s: %s" % (during, why) if during else why)
        self.during = during
        self.why = why


def apart(beat: Beat, work: Callable[[], Answer]) -> Answer:
    """The answer of ``work``, done in a forked child.

    Raises:
        Died: The child hung, crashed or left without an answer.
    """
    beat.end()
    # Foreign code may find the pipe; it does not know what an answer must carry.
    token = os.urandom(16).hex()
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(source)
            os.set_inheritable(sink, False)
            data, blobs = work()
            channel.send(sink, {**data, "token": token}, blobs)
        finally:
            os._exit(1)
    os.close(sink)
    try:
        frame, why = _collect(source, beat)
    finally:
        os.close(source)
        _kill(child)
    _, status = os.waitpid(child, 0)
    if frame is not None:
        try:
            header, attached = channel.decode(frame)
            if header.pop("token", None) == token:
                return header, attached
            why = "wrote into the channel"
        except channel.BrokenChannel as error:
            why = str(error)
    if not why:
        signalled = os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL
        why = "killed by signal %d" % os.WTERMSIG(status) if signalled else "its process ended"
    raise Died(beat.current()[0], why)


def _collect(source: int, beat: Beat) -> Tuple[Optional[bytes], str]:
    received = bytearray()
    while True:
        left = beat.current()[1]
        if left <= 0:
            return None, "timed out"
        if not select.select([source], [], [], min(left, 0.5))[0]:
            continue
        part = os.read(source, 1 << 20)
        if not part:
            return None, ""
        received += part
        if len(received) >= channel.PREFIX.size:
            _, header, blobs = channel.PREFIX.unpack(bytes(received[: channel.PREFIX.size]))
            whole = channel.PREFIX.size + header + blobs
            # A process that a test left behind may hold the pipe open.
            if len(received) >= whole:
                return bytes(received[:whole]), ""


def _kill(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        return
