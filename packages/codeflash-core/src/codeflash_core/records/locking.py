"""One process at a time, on every platform: a lock that ends with its process."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from codeflash_core.errors import StageError, UsageError

WAIT_SECONDS = 30.0
"""Longest wait: what is done under a lock takes milliseconds."""
_PAUSE_SECONDS = 0.01
_FAR = 1 << 40
"""Windows locks bytes, and nobody may read locked ones: one that no file has is locked instead."""


@contextlib.contextmanager
def locked(path: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[BinaryIO]:
    """Hold a file, opened for appending and reading, against other processes and threads.

    Args:
        path: The file; it is made when it is missing.
        wait_seconds: How long to wait for whoever holds it.

    Raises:
        UsageError: Another process holds it for too long.
        StageError: It can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab+")
    except OSError as problem:
        raise StageError("record", f"can't write {path}: {problem.strerror}") from problem
    with file:
        end = time.monotonic() + wait_seconds
        while not _taken(file):
            if time.monotonic() >= end:
                raise UsageError(f"{path} is held by another process", "Wait until it has ended.")
            time.sleep(_PAUSE_SECONDS)
        try:
            yield file
        finally:
            file.flush()
            _let_go(file)


def _taken(file: BinaryIO) -> bool:
    try:
        import fcntl
    except ImportError:
        return _taken_on_windows(file)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _let_go(file: BinaryIO) -> None:
    try:
        import fcntl
    except ImportError:
        _let_go_on_windows(file)
        return
    fcntl.flock(file, fcntl.LOCK_UN)


def _taken_on_windows(file: BinaryIO) -> bool:
    import msvcrt

    file.seek(_FAR)
    try:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    file.seek(0)
    return True


def _let_go_on_windows(file: BinaryIO) -> None:
    import msvcrt

    file.seek(_FAR)
    msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
