"""The kernel's own bound on the number of processes, for root, whom ``ulimit -u`` does not bind.

A sandbox of root gets a group of the ``pids`` controller (version 1 or 2) for as long as it lives, where this
machine has one to write to. See cgroups(7) and the kernel's ``cgroup-v1/pids.rst`` and ``cgroup-v2.rst``.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
from pathlib import Path

from attrs import frozen

_NAME = "codeflash-"
_MOUNTS = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")
_GONE_SECONDS = 2.0
_numbers = itertools.count(1)

JOIN_SCRIPT = 'echo $$ >"$0/cgroup.procs" || exit 126; exec "$@"'
"""Shell script, called with a group's folder and a command, that joins the group before the command begins."""


@frozen
class Group:
    """A group that bounds all that is started in it."""

    folder: Path

    def joining(self) -> list[str]:
        """The words to put before a command so that it runs in the group."""
        return ["/bin/sh", "-c", JOIN_SCRIPT, str(self.folder)]

    def refused(self) -> bool:
        """Whether the kernel has refused a process or thread because there were too many."""
        try:
            events = (self.folder / "pids.events").read_text(encoding="ascii").splitlines()
        except OSError:
            return False
        return any(
            name == "max" and count != "0" for name, _, count in (each.partition(" ") for each in events)
        )

    def remove(self) -> None:
        """End what is left in the group and take it away; one that stays is taken by a later engine."""
        deadline = time.monotonic() + _GONE_SECONDS
        while time.monotonic() < deadline:
            try:
                self.folder.rmdir()
            except FileNotFoundError:
                return
            except OSError:  # somebody is still in it, or on the way out
                self._kill()
                time.sleep(0.01)
            else:
                return

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            members = map(int, (self.folder / "cgroup.procs").read_text(encoding="ascii").split())
            # 0 stands for a process of another process namespace; to kill(2) it would mean our own group.
            for pid in (each for each in members if each > 0):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)


@frozen
class Groups:
    """Makes groups below one place."""

    place: Path

    def make(self, most: int) -> Group | None:
        """Make a group for at most so many processes and threads; None where the kernel refuses.

        Args:
            most: Processes and threads alive at one time.
        """
        folder = self.place / f"{_NAME}{os.getpid()}-{next(_numbers)}"
        try:
            folder.mkdir()
        except OSError:
            return None
        try:
            (folder / "pids.max").write_text(f"{most}\n", encoding="ascii")
        except OSError:
            Group(folder).remove()
            return None
        return Group(folder)

    def sweep(self) -> None:
        """End what is left of engines that were killed, and take their groups away."""
        for folder in self.place.glob(f"{_NAME}*"):
            owner = folder.name.removeprefix(_NAME).split("-")[0]
            if owner.isdigit() and not Path(f"/proc/{owner}").exists():
                Group(folder).remove()


def find(mounts: Path = _MOUNTS, own: Path = _OWN) -> Groups | None:
    """Find where groups with a bound can be made; None where ``ulimit`` is enough, or there is no such place.

    Args:
        mounts: Where the controllers are mounted.
        own: The file that names this process's groups.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    for number, names, path in (line.split(":", 2) for line in lines if line.count(":") >= 2):
        place = None
        if "pids" in names.split(","):
            place = mounts / "pids" / path.lstrip("/")
        elif number == "0":
            place = _unified(mounts, mounts / path.lstrip("/"))
        if place is not None and os.access(place, os.W_OK) and (place / "cgroup.procs").exists():
            groups = Groups(place)
            groups.sweep()
            return groups
    return None


def _unified(top: Path, folder: Path) -> Path | None:
    """The nearest group above that lets its children count processes: it may hold none itself, unless it is the top."""
    for place in (folder, *folder.parents):
        if not place.is_relative_to(top):
            break
        try:
            passed_on = (place / "cgroup.subtree_control").read_text(encoding="ascii").split()
        except OSError:
            continue
        if "pids" in passed_on:
            return place
    return None
