"""Keeps a thread on one core while it is timed.

The cores of a shared machine differ in speed from second to second, by what else runs on them. Versions that are timed
in turns on the same core meet the same conditions; on cores of their own they would differ by a third with equal code.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any, Iterator, Optional

# Bound before any foreign code can replace them; not every system has them.
_allowed: Any = getattr(os, "sched_getaffinity", None)
_keep: Any = getattr(os, "sched_setaffinity", None)


@contextlib.contextmanager
def kept_on(core: Optional[int]) -> Iterator[None]:
    """Run on one core, then again on all that were allowed before; anywhere where it can't be had.

    Only the calling thread is kept, and the threads and processes that it starts meanwhile.

    Args:
        core: The core's number; None for any.
    """
    if core is None or _keep is None:
        yield
        return
    try:
        before = _allowed(0)
        _keep(0, {core})
    except (OSError, ValueError, OverflowError):
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            _keep(0, before)
