"""Watches sandboxed process groups from outside and kills those that pass a limit.

Resource limits of the kernel hold for one process, and the one on their number does not hold for root;
so one thread adds up each group some twenty times a second. (Where root may make groups of the ``pids``
controller, the kernel bounds a burst between two looks: ``codeflash_core.sandbox.cgroup``.)
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from attrs import frozen

from codeflash_core.sandbox.policy import Limits

_N = TypeVar("_N", int, float)
_POLL_SECONDS = 0.05
_DISK_EVERY = 10
_PRECEDENCE = -15
"""Niceness of the watching thread, see sched(7)."""
_DISK_RESERVE = 256 * 1024 * 1024


@frozen
class Usage:
    """What a process group uses at one moment."""

    processes: int = 0
    resident_bytes: int = 0
    cpu_seconds: float = 0.0
    """Of the living and of those they have waited for."""


class Watched(Protocol):
    """A running process group as the watcher sees it."""

    limits: Limits
    started: float
    """On ``time.monotonic``."""
    scratch: Path

    def usage(self) -> Usage:
        """Add the group up now, remembering the largest figures."""

    def stop(self, breach: str) -> None:
        """Kill the group and remember why; does nothing once it has ended."""


class Watcher:
    """One background thread for all the groups of this engine; idle while there are none."""

    def __init__(self) -> None:
        self._groups: set[Watched] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, group: Watched) -> None:
        """Begin to watch a group."""
        with self._changed:
            self._groups.add(group)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="sandbox-watch", daemon=True)
                self._thread.start()
            self._changed.notify()

    def discard(self, group: Watched) -> None:
        """Stop watching a group that has ended."""
        with self._changed:
            self._groups.discard(group)

    def _run(self) -> None:
        _precede_others()
        rounds = 0
        while True:
            with self._changed:
                while not self._groups:
                    self._changed.wait()
                groups = list(self._groups)
            rounds += 1
            for group in groups:
                breach = passed(group, check_disk=rounds % _DISK_EVERY == 0)
                if breach:
                    group.stop(breach)
            time.sleep(_POLL_SECONDS)


def _precede_others() -> None:
    """Let the calling thread run before all that multiplies, where this user may (root on Linux)."""
    if sys.platform == "linux" and os.geteuid() == 0:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _PRECEDENCE)


def passed(group: Watched, *, check_disk: bool) -> str | None:
    """Name the limit that a group has passed, if any."""
    if time.monotonic() - group.started > group.limits.wall_seconds:
        return "wall"
    usage = group.usage()
    if usage.processes > group.limits.processes:
        return "processes"
    if usage.resident_bytes > group.limits.memory_bytes:
        return "memory"
    if usage.cpu_seconds > group.limits.cpu_seconds:
        return "cpu"
    if check_disk and _disk_nearly_full(group.scratch):
        return "disk"
    return None


def _disk_nearly_full(path: Path) -> bool:
    try:
        disk = shutil.disk_usage(path)
    except OSError:
        return False
    return disk.free < min(_DISK_RESERVE, disk.total // 20)


def measure(root: int, limits: Limits, *, itself: bool) -> Usage:
    """Add up a process and its descendants.

    Args:
        root: The process to start from.
        limits: Where counting may stop early, and from where shared pages are told apart.
        itself: Whether ``root`` counts (it does not where it is the sandbox's own init).
    """
    if not _children_listed(root):
        return _measure_portably(root, itself=itself)
    members: list[int] = []
    for pid in _family(root):
        if pid != root or itself:
            members.append(pid)
        if len(members) > limits.processes:
            return Usage(processes=len(members))
    # Exact, so that the order of the members does not show.
    cpu = math.fsum(_guarded(_cpu, pid, 0.0) for pid in {*members, root})
    resident = sum(_guarded(_resident, pid, 0) for pid in members)
    if resident > limits.memory_bytes:
        # Pages that a fork shares with its parent were counted once for each of them.
        resident = sum(_guarded(_proportional, pid, 0) for pid in members)
    return Usage(len(members), resident, cpu)


def descendants(root: int) -> list[int]:
    """The living descendants of a process, outermost first."""
    if _children_listed(root):
        return [pid for pid in _family(root) if pid != root]
    import psutil  # type: ignore[import-untyped,unused-ignore]

    try:
        return [child.pid for child in psutil.Process(root).children(recursive=True)]
    except psutil.Error:
        return []


def _children_listed(root: int) -> bool:
    """Whether this kernel lists the children of a process (CONFIG_PROC_CHILDREN)."""
    return Path(f"/proc/{root}/task/{root}/children").exists()


def _family(root: int) -> list[int]:
    """A process and all its living descendants, as /proc knows them."""
    found, pending = [], [root]
    while pending:
        pid = pending.pop()
        found.append(pid)
        if len(found) > 20_000:
            break
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
                with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{thread}/children") as children:  # noqa: PTH123
                    pending.extend(map(int, children.read().split()))
    return found


def _guarded(read: Callable[[int], _N], pid: int, otherwise: _N) -> _N:
    try:
        return read(pid)
    except (OSError, ValueError, IndexError):
        return otherwise  # it has just ended


def _cpu(pid: int) -> float:
    """Seconds of a process and of the children it has waited for, proc(5)."""
    with open(f"/proc/{pid}/stat", "rb") as stat:  # noqa: PTH123
        fields = stat.read().rpartition(b")")[2].split()
    waited = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    # The process's own clock in nanoseconds: clock_getcpuclockid(3) on Linux.
    return waited + time.clock_gettime((~pid << 3) | 2)


def _resident(pid: int) -> int:
    with open(f"/proc/{pid}/statm", "rb") as statm:  # noqa: PTH123
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _proportional(pid: int) -> int:
    with open(f"/proc/{pid}/smaps_rollup", "rb") as rollup:  # noqa: PTH123
        for line in rollup:
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    return _resident(pid)


def _measure_portably(root: int, *, itself: bool) -> Usage:
    """The same through psutil, where /proc does not list children."""
    import psutil  # type: ignore[import-untyped,unused-ignore]

    try:
        top = psutil.Process(root)
        members = [*top.children(recursive=True), *([top] if itself else [])]
    except psutil.Error:
        return Usage()
    resident, cpu = 0, 0.0
    for member in members:
        with contextlib.suppress(psutil.Error):
            times = member.cpu_times()
            cpu += times.user + times.system
            cpu += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
            resident += member.memory_info().rss
    return Usage(len(members), resident, cpu)
