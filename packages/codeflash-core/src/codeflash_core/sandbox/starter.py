"""Starts child processes from one thread that lives as long as the engine.

bubblewrap's ``--die-with-parent`` follows the thread that forked it (prctl(2), PR_SET_PDEATHSIG), so a
sandbox started from a short-lived thread would be killed when that thread ends.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from attrs import define

from codeflash_core.sandbox.cgroup import Group

_INFO_SECONDS = 20.0
_GONE_SECONDS = 10.0
_executors: dict[int, ThreadPoolExecutor] = {}


@define(eq=False)
class Child:
    """A started program and what is needed to end all of its group."""

    popen: subprocess.Popen[bytes]
    started: float
    """On ``time.monotonic``, just before the start."""
    init_pid: int | None = None
    """The sandbox's own first process, as the host numbers it: when it dies, all in the sandbox die."""
    init_handle: int | None = None
    """A pidfd of it."""
    group: Group | None = None
    """What bounds the number of its processes, where ``ulimit`` does not."""

    def kill(self) -> None:
        """End the sandbox's first process, and with it all of them; then the program's own group.

        In this order: an init that bubblewrap has not let run yet does not die with it.
        """
        with contextlib.suppress(OSError):
            if self.init_handle is not None:
                signal.pidfd_send_signal(self.init_handle, signal.SIGKILL)
            elif self.init_pid is not None:
                os.kill(self.init_pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self.popen.kill()
            else:
                os.killpg(self.popen.pid, signal.SIGKILL)

    def await_namespace(self) -> None:
        """Return when the sandbox's first process, and so all that ran in it, is gone."""
        if self.init_handle is None:
            return
        poller = select.poll()
        poller.register(self.init_handle, select.POLLIN)
        poller.poll(_GONE_SECONDS * 1000)
        os.close(self.init_handle)
        self.init_handle = None

    def outgrown(self) -> bool:
        """Whether the kernel refused it a process for their number; known only where a group bounds it."""
        return self.group is not None and self.group.refused()

    def leave_group(self) -> None:
        """Give back the group that bounded it; to be called when all that ran in it is gone."""
        if self.group is not None:
            self.group.remove()


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None,
    confined: bool,
    group: Group | None = None,
) -> Future[Child]:
    """Start a program in the long-lived thread.

    Args:
        argv: The whole command.
        env: Its whole environment.
        cwd: Its working folder, or None for the engine's.
        confined: Whether it is bubblewrap, which then tells the process it started.
        group: What it joins first; given back when it can't be started.
    """
    executor = _executors.get(os.getpid())
    if executor is None:
        executor = _executors.setdefault(os.getpid(), ThreadPoolExecutor(1, "sandbox-start"))
    return executor.submit(_start_in, group, list(argv), dict(env), cwd, confined)


def _start_in(
    group: Group | None, argv: list[str], env: dict[str, str], cwd: Path | None, confined: bool
) -> Child:
    try:
        if group is not None and not os.access(argv[0], os.X_OK):
            # The shell that joins the group would be started all the same.
            raise FileNotFoundError(errno.ENOENT, "no such program", argv[0])
        child = _start(group.joining() if group else [], argv, env, cwd, confined)
    except OSError:
        if group is not None:
            group.remove()
        raise
    child.group = group
    return child


def _start(
    joining: list[str], argv: list[str], env: dict[str, str], cwd: Path | None, confined: bool
) -> Child:
    if not confined:
        return Child(_popen([*joining, *argv], env, cwd, ()), time.monotonic())
    reading, writing = os.pipe()
    began = time.monotonic()
    try:
        try:
            told = [*joining, argv[0], "--info-fd", str(writing), *argv[1:]]
            popen = _popen(told, env, cwd, (writing,))
        finally:
            os.close(writing)
        init_pid = _told_pid(reading)
    finally:
        os.close(reading)
    return Child(popen, began, init_pid, _handle(init_pid))


def _popen(
    argv: list[str], env: dict[str, str], cwd: Path | None, keep: Sequence[int]
) -> subprocess.Popen[bytes]:
    """Start a group of its own, so that the terminal's Ctrl-C reaches the engine alone."""
    return subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        cwd=cwd,
        env=env,
        close_fds=True,
        pass_fds=keep,
        start_new_session=sys.platform != "win32",
    )


def _told_pid(reading: int) -> int | None:
    """Read bubblewrap's ``child-pid``; None when it failed before it had one."""
    text, deadline = b"", time.monotonic() + _INFO_SECONDS
    poller = select.poll()
    poller.register(reading, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0:
        if not poller.poll(left * 1000):
            break
        chunk = os.read(reading, 4096)
        if not chunk:
            break
        text += chunk
        with contextlib.suppress(ValueError):
            return int(json.loads(text)["child-pid"])
    return None


def _handle(pid: int | None) -> int | None:
    if pid is None or not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None
