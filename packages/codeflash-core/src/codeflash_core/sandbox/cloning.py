"""Copies one file: shared blocks where the file system can (reflink), else its bytes; never a hard link."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

# ioctl(2) FICLONE, linux/fs.h: _IOW(0x94, 9, int)
_FICLONE = 0x40049409
_CHUNK = 1024 * 1024


def clone(source: Path, target: Path) -> str:
    """Copy a regular file to a new one and return the SHA-256 of what was copied.

    Args:
        source: The file to read; a symbolic link is refused.
        target: The file to create; must not exist.

    Raises:
        OSError: It cannot be read, or the disk is full.
    """
    descriptor = os.open(source, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb", buffering=0) as reading, target.open("xb", buffering=0) as writing:
        shared = _reflink(reading, writing)
        total = hashlib.sha256()
        # A reflink is a snapshot: hash the copy, so that an edit meanwhile cannot make the two disagree.
        origin = target.open("rb", buffering=0) if shared else reading
        try:
            while chunk := origin.read(_CHUNK):
                total.update(chunk)
                if not shared:
                    _write_all(writing, chunk)
        finally:
            origin.close()
    return total.hexdigest()


def _write_all(writing: BinaryIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[writing.write(rest) :]


def _reflink(reading: BinaryIO, writing: BinaryIO) -> bool:
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.ioctl(writing.fileno(), _FICLONE, reading.fileno())
    except OSError:
        return False
    return True
