"""Deals with a Postgres that an earlier service left in a data folder."""

from __future__ import annotations

import contextlib
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


def clear(cluster: Path, patience: float = 15.0) -> None:
    """End a Postgres that lost its service, and remove what a crash left.

    The caller holds the folder's lock, so no living service is using it.

    Args:
        cluster: The cluster's folder.
        patience: Seconds to wait for an orderly end.

    Raises:
        PrerequisiteError: It does not end.
    """
    process = postmaster(cluster)
    if process is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(2)  # "fast shutdown": sessions are ended, data are written
        if not _gone(process, patience):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(3)  # "immediate shutdown": the next start recovers
            if not _gone(process, patience):
                raise PrerequisiteError(
                    f"an old Postgres (process {process.pid}) does not end",
                    f"End it by hand; it runs on {cluster}.",
                )
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _gone(process: psutil.Process, patience: float) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.01)
    return False
