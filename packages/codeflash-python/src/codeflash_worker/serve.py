"""The worker's loop: one frame in, one frame out; work is done in forked children.

Forked children start from a process that has imported the project once, and die with their request;
whatever foreign code does to the process is gone with the child. A request with ``"fork": false``
changes the process itself: it sets it up, loads a target, or is the only one of a fresh process.
"""

from __future__ import annotations

import importlib
import os
import select
import signal
import sys
from typing import Any, Dict, List, Optional, Sequence, Tuple

from codeflash_worker import PROTOCOL, channel, clock
from codeflash_worker.state import Refusal, State

Answer = Tuple[Dict[str, Any], List[bytes]]

OPS = (
    "setup", "load", "replay", "faults", "render", "record", "tests", "profile", "grow", "shrink", "block", "format", "stir",
    "benchmarks", "importing", "lines",
)  # fmt: skip
"""Every request, each answered by ``run`` in the module of that name in :mod:`codeflash_worker.ops`."""


def perform(state: State, request: Dict[str, Any], blobs: Sequence[bytes]) -> Answer:
    """Answer one request in this process; every failure becomes part of the answer."""
    try:
        name = request["op"]
        if name not in OPS:
            raise Refusal("protocol", "unknown request " + repr(name))
        module = importlib.import_module("codeflash_worker.ops." + name)
        data, attached = module.run(state, request, list(blobs))
        return {"ok": True, "data": data}, list(attached)
    except Refusal as refusal:
        return _failure(refusal.kind, refusal.detail), []
    except MemoryError:
        return _failure("memory", "out of memory"), []
    except BaseException:
        import traceback  # Only here: it costs a tenth of a worker's start.

        return _failure("error", traceback.format_exc(limit=-12)[-4000:]), []


def _failure(kind: str, detail: str, at: int = -1) -> Dict[str, Any]:
    return {"ok": False, "failure": {"kind": kind, "detail": detail, "at": at}}


def in_child(
    state: State, request: Dict[str, Any], blobs: Sequence[bytes], channels: Sequence[int] = ()
) -> Answer:
    """Answer one request in a forked child that is killed when its time is over.

    Args:
        state: The process's state.
        request: What is asked; the child's answer must carry its ``id``, which foreign code is not told.
        blobs: The request's attachments.
        channels: File descriptors of the channel, which the child must not have.
    """
    state.progress(-1)
    token = request.get("id")
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setpgid(0, 0)
            for fd in (source, *channels):
                os.close(fd)
            os.set_inheritable(sink, False)
            header, attached = perform(state, request, blobs)
            channel.send(sink, {**header, "id": token}, attached)
        finally:
            os._exit(0)
    os.close(sink)
    try:
        answer, why = _collect(source, float(request.get("wall", 60.0)))
    finally:
        os.close(source)
        _kill_group(child)
    _, status, usage = os.wait4(child, 0)
    if answer is not None and answer[0].get("id") != token:
        # Something else than the request's own code wrote into the pipe.
        answer, why = None, "protocol"
    if answer is None:
        detail = "signal %d" % os.WTERMSIG(status) if os.WIFSIGNALED(status) else "no answer"
        answer = (_failure(why or "crash", detail), [])
    failure = answer[0].get("failure")
    if isinstance(failure, dict) and failure.get("at") == -1:
        failure["at"] = state.progressed()
    # What the kernel says the child used; the child's own figures are not taken on trust.
    answer[0]["cpu"] = usage.ru_utime + usage.ru_stime
    answer[0]["peak_kb"] = usage.ru_maxrss
    return answer


def _collect(source: int, wall: float) -> Tuple[Optional[Answer], str]:
    """Read a child's answer; None with the reason when there is none in time."""
    deadline = clock.perf_counter_ns() + int(wall * 1e9)
    received = bytearray()
    while True:
        left = (deadline - clock.perf_counter_ns()) / 1e9
        if left <= 0 or not select.select([source], [], [], left)[0]:
            return None, "timeout"
        part = os.read(source, 1 << 20)
        if not part:
            return _decode(received)
        received += part
        if len(received) > channel.MAX_HEADER + channel.MAX_BLOBS:
            return None, "output"
        # A grandchild may hold the pipe open; a whole frame is enough.
        if len(received) >= channel.PREFIX.size:
            _, header, blobs = channel.PREFIX.unpack(bytes(received[: channel.PREFIX.size]))
            if len(received) >= channel.PREFIX.size + header + blobs:
                return _decode(received[: channel.PREFIX.size + header + blobs])


def _decode(received: bytearray) -> Tuple[Optional[Answer], str]:
    if not received:
        return None, "crash"
    try:
        return channel.decode(bytes(received)), ""
    except channel.BrokenChannel:
        return None, "protocol"


def _kill_group(child: int) -> None:
    for kill in (os.killpg, os.kill):
        try:
            kill(child, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


class Conversation:
    """The channel to the parent. Work that stops in the middle to be told how to go on speaks through it."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self.channels = (incoming, outgoing)
        self._current: Any = None

    def receive(self) -> Tuple[Dict[str, Any], List[bytes]]:
        """The next request; the process ends when the parent has closed the channel."""
        message = channel.receive(self.channels[0])
        if message is None:
            os._exit(0)
        self._current = message[0].get("id")
        return message

    def answer(self, header: Dict[str, Any], attached: Sequence[bytes] = ()) -> None:
        """Answer the request that came last."""
        channel.send(self.channels[1], {**header, "id": self._current}, list(attached))

    def exchange(self, data: Dict[str, Any]) -> Dict[str, Any]:
        """Answer the request that came last, and wait for what to do next."""
        self.answer({"ok": True, "data": data})
        return self.receive()[0]


def main() -> None:
    """Serve until the parent closes the channel."""
    conversation = Conversation(os.dup(0), os.dup(1))
    # Foreign prints must never reach the channel.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.argv[:] = [""]
    state = State()
    conversation.answer({"protocol": PROTOCOL, "python": list(sys.version_info[:3])})
    while True:
        request, blobs = conversation.receive()
        forks = bool(request.get("fork", True)) and hasattr(os, "fork")
        state.exchange = None if forks else conversation.exchange
        if forks:
            answer, attached = in_child(state, request, blobs, conversation.channels)
        else:
            answer, attached = perform(state, request, blobs)
        conversation.answer(answer, attached)
