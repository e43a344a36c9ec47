"""One service per data folder: a lock that ends with the process that holds it, however it ends."""

from __future__ import annotations

import os
from pathlib import Path

from codeflash_core.errors import PrerequisiteError


class FolderTaken(PrerequisiteError):
    """Another service uses the data folder."""


class FolderLock:
    """An advisory lock on a folder, held until it is released or the process is gone."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "service.lock"
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds it."""
        return self._descriptor is not None

    def take(self) -> None:
        """Take the lock.

        Raises:
            FolderTaken: Another process holds it.
        """
        # Not at the top: the module exists on POSIX systems only, and so does the embedded Postgres.
        import fcntl

        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise FolderTaken(
                f"another service{f' (process {holder})' if holder else ''} uses the data folder"
                f" {self._path.parent}",
                "Stop it, choose another folder with --data, or set DATABASE_URL to share one database.",
            ) from problem
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
