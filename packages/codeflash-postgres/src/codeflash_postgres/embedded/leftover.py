"""Deals with a Postgres that an earlier service left in a data folder."""

from __future__ import annotations

import contextlib
import signal
import time
from pathlib import Path

import psutil

from codeflash_core.errors import PrerequisiteError


def postmaster(cluster: Path) -> psutil.Process | None:
    """The Postgres that runs on a cluster's folder, or None.

    ``postmaster.pid`` outlives a crash, and its number may belong to somebody else by now.

    Args:
        cluster: The cluster's folder.
    """
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int((cluster / "postmaster.pid").read_text().split()[0]))
        arguments = process.cmdline()
        if Path(arguments[0]).name == "postgres" and str(cluster) in arguments:
            return process
    return None


def clear(cluster: Path, sockets: Path, patience: float = 15.0) -> None:
    """End a Postgres that lost its service, and remove what a crash left.

    The caller holds the folder's lock, so no living service is using it.

    Args:
        cluster: The cluster's folder.
        sockets: Where its socket stands.
        patience: Seconds to wait for an orderly end.

    Raises:
        PrerequisiteError: It does not end.
    """
    stale = cluster / "postmaster.pid"
    if not stale.exists():
        return
    process = postmaster(cluster)
    if process is not None:
        _end([process], patience, cluster)
    # Sessions end by themselves soon after a postmaster that was killed. The files are not safe before.
    _end(_sessions(cluster), patience, cluster)
    for path in (stale, *sockets.glob(".s.PGSQL.*")):
        path.unlink(missing_ok=True)


def _sessions(cluster: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.name() == "postgres" and Path(process.cwd()) == cluster:
                found.append(process)
    return found


def _end(processes: list[psutil.Process], patience: float, cluster: Path) -> None:
    # "Fast shutdown" ends sessions and writes the data; after an "immediate" one the next start recovers.
    for sent in (signal.SIGINT, signal.SIGQUIT):
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(sent)
        processes = [process for process in processes if not _gone(process, patience)]
    if processes:
        raise PrerequisiteError(
            f"an old Postgres (process {processes[0].pid}) does not end",
            f"End it by hand; it runs on {cluster}.",
        )


def _gone(process: psutil.Process, patience: float) -> bool:
    until = time.monotonic() + patience
    while True:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                if time.monotonic() > until:
                    return False
                time.sleep(0.01)
                continue
        return True
