"""Keeps the memory of a service that works in threads where it was, hour after hour."""

from __future__ import annotations

import ctypes
import sys

# Options of glibc's ``mallopt``.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
SPARE = 16 * 1024 * 1024
"""Bytes at the end of the heap that are kept for the next request."""
LARGE = 128 * 1024
"""Bytes from which a block is mapped by itself and goes back to the system when it is freed."""


def steady_memory() -> bool:
    """Let all threads allocate from one arena, without large blocks in it; call it before there are any threads.

    By default glibc gives each thread an arena of its own, which keeps what its largest request needed: as the threads
    of a pool meet such requests one after the other, resident memory grows. The interpreter lets one thread work at a
    time, so that several arenas win nothing. And glibc puts larger and larger blocks among the small ones, such as the
    256 KiB that each read from a socket asks for: what is left between small blocks is soon too short for them, and
    the heap grows although nothing more is in use.

    Once one of these is set, glibc gives back what is free at the end of the heap from 128 KiB on: a request that reads
    code takes some megabytes, and would have the kernel map and clear every page of them anew. So much is kept.

    Returns:
        Whether it could be done: other C libraries have neither.
    """
    if sys.platform != "linux":
        return False
    try:
        library = ctypes.CDLL(None)
        settings = ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, SPARE))
        taken = [library.mallopt(*each) for each in settings]
        return all(taken)
    except (OSError, AttributeError):
        return False
