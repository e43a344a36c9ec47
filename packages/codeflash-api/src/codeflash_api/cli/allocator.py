"""Keeps the memory of a service that works in threads from growing with their number."""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8
"""``M_ARENA_MAX`` of glibc's ``mallopt``."""


def share_arena() -> bool:
    """Let all threads allocate from one arena; call it before there are any.

    By default glibc gives each thread an arena of its own, which keeps what its largest request needed. As the threads
    of a pool meet such requests one after the other, resident memory goes on growing for many minutes. The interpreter
    lets one thread work at a time: there is nothing to be won by several arenas.

    Returns:
        Whether it could be done: other C libraries have no arenas.
    """
    if sys.platform != "linux":
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_ARENA_MAX, 1))
    except (OSError, AttributeError):
        return False
