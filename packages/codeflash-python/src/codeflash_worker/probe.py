"""Tries inputs on the original in forked children, so that no input can hang or crash the process.

A child works through the inputs and reports each; when one does not end in time or kills the child, the
next child goes on behind it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import random
import select
import signal
import struct
import sys
from typing import Any, Callable, Dict, List, Optional, Sequence

from codeflash_worker import payload
from codeflash_worker.channel import read_exactly, write_all
from codeflash_worker.clock import perf_counter_ns, thread_time_ns
from codeflash_worker.encode_types import from_interpreter
from codeflash_worker.stopwatch import Stopwatch

_FRAME = struct.Struct(">I")
MEMORY = 2 << 30
SHARE = 2.0
"""Wall time that a call gets for each second of CPU time that is left."""


class Tried:
    """What the original did with one input.

    Attributes:
        outcome: ``ok``, the exception's qualified name, or ``hangs``, ``crashes``, ``unloadable``, or
            ``costly`` where it was left untried since the budget is spent, or given up for what is left of it.
        seconds: CPU time of the call.
        refused: Whether the interpreter itself complained of a type, and no ``raise`` statement did.
    """

    def __init__(self, outcome: str, seconds: float = 0.0, refused: bool = False) -> None:
        self.outcome = outcome
        self.seconds = seconds
        self.refused = refused

    @property
    def usable(self) -> bool:
        """Whether the call came to an end."""
        return self.outcome not in ("hangs", "crashes", "unloadable", "costly")

    @property
    def nonsense(self) -> bool:
        """Whether the original refused the types."""
        return self.outcome in ("TypeError", "AttributeError")


def try_all(
    function: Any,
    call: Callable[..., Any],
    blobs: Sequence[bytes],
    call_wall: float = 0.5,
    hangs_allowed: int = 4,
    budget: float = math.inf,
) -> List[Optional[Tried]]:
    """Call the original on each payload.

    Args:
        function: The plain function: says how results are used up.
        call: What is called.
        blobs: The payloads.
        call_wall: Seconds a call may take.
        hangs_allowed: After this many calls without an end the rest is left untried.
        budget: Seconds for all calls together; the rest is ``costly``.

    Returns:
        One entry per payload; None for those left untried.
    """
    tried: List[Optional[Tried]] = []
    bad = 0
    while len(tried) < len(blobs) and bad < hangs_allowed:
        before = len(tried)
        why = _one_child(function, call, blobs, tried, call_wall, budget)
        if why == "spent":
            return tried + [Tried("costly")] * (len(blobs) - len(tried))
        if why:
            tried.append(Tried(why))
            bad += 1
        elif len(tried) == before:
            break
    return tried + [None] * (len(blobs) - len(tried))


def _one_child(
    function: Any,
    call: Callable[..., Any],
    blobs: Sequence[bytes],
    tried: List[Optional[Tried]],
    wall: float,
    budget: float,
) -> str:
    """Let a child try the rest; says what stopped it at the next input, if anything did."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(source)
            _work(function, call, blobs, len(tried), sink)
        finally:
            os._exit(0)
    os.close(sink)
    why = ""
    left = budget - sum(each.seconds for each in tried if each is not None)
    try:
        while len(tried) < len(blobs):
            # Wall time, of which a loaded machine takes its share.
            patience = min(wall, SHARE * left)
            if left <= 0 or not select.select([source], [], [], patience)[0]:
                # One input that asks for more than is left says nothing of those behind it.
                why = "spent" if left <= 0 else "hangs" if patience == wall else "costly"
                break
            prefix = read_exactly(source, _FRAME.size)
            body = read_exactly(source, _FRAME.unpack(prefix)[0]) if prefix else None
            if body is None:
                why = "crashes"
                break
            outcome, nanoseconds, refused = json.loads(body)
            tried.append(Tried(str(outcome), nanoseconds / 1e9, bool(refused)))
            left -= nanoseconds / 1e9
    finally:
        os.close(source)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return why


def _work(function: Any, call: Callable[..., Any], blobs: Sequence[bytes], start: int, sink: int) -> None:
    gc.disable()
    _limit_memory()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the child's life
    stopwatch = Stopwatch(function)
    for blob in blobs[start:]:
        random.seed(0)
        body = json.dumps(_attempt(call, blob, stopwatch)).encode()
        write_all(sink, _FRAME.pack(len(body)) + body)


def _attempt(call: Callable[..., Any], blob: bytes, stopwatch: Stopwatch) -> Any:
    try:
        args, kwargs = payload.load(blob)
    except BaseException:
        return "unloadable", 0, False
    started = thread_time_ns()
    try:
        stopwatch.use_up(call(*args, **kwargs))
        return "ok", thread_time_ns() - started, False
    except BaseException as error:
        spent = thread_time_ns() - started
        return type(error).__name__, spent, type(error) is not RecursionError and from_interpreter(error)


def _limit_memory() -> None:
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = used + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
    except (ImportError, OSError, ValueError):
        return


def deadline_passed(started_ns: int, seconds: float) -> bool:
    """Whether wall time since ``started_ns`` exceeds a limit."""
    return perf_counter_ns() - started_ns > seconds * 1e9


def same_kind(a: Optional[Tried], b: Optional[Tried]) -> bool:
    """Whether two inputs ended alike: both with a result, or with exceptions of one type."""
    return a is not None and b is not None and a.usable and a.outcome == b.outcome


Outcomes = Dict[str, Tried]
