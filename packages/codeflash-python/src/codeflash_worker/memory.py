"""Memory of a call: the highest point above the start, and what stays allocated while the result lives."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from typing import Any, Callable, Dict, List, Sequence

from codeflash_worker.state import State
from codeflash_worker.stopwatch import Stopwatch
from codeflash_worker.workpiece import Workpiece

ROUNDS = 3


def measure(
    state: State, function: Any, calls: Sequence[Callable[..., Any]], pieces: List[Workpiece]
) -> List[Dict[str, Any]]:
    """Peak bytes and retained blocks per call; the lowest of a few calls, as interpreters allocate caches.

    Args:
        state: Told which input is worked on.
        function: The plain function of the baseline.
        calls: The versions.
        pieces: The inputs.

    Returns:
        Per input ``id``, and lists with one entry per version: ``peak`` bytes and ``blocks`` retained.
    """
    stopwatch = Stopwatch(function)
    rows = []
    for number, piece in enumerate(pieces):
        state.progress(number)
        peaks, blocks = [], []
        for call in calls:
            seen = [_once(call, piece, stopwatch) for _ in range(ROUNDS)]
            peaks.append(min(peak for peak, _ in seen))
            blocks.append(min(kept for _, kept in seen))
        rows.append({"id": piece.id, "peak": peaks, "blocks": blocks})
    stopwatch.close()
    return rows


def _once(call: Callable[..., Any], piece: Workpiece, stopwatch: Stopwatch) -> Any:
    opened = piece.fresh()
    args, kwargs = opened.args, opened.kwargs
    result = None
    gc.collect()
    tracemalloc.start()
    try:
        blocks = sys.getallocatedblocks()
        start = tracemalloc.get_traced_memory()[0]
        try:
            result = stopwatch.use_up(call(*args, **kwargs))
        except BaseException as error:
            error.__traceback__ = None
        peak = tracemalloc.get_traced_memory()[1] - start
        kept = sys.getallocatedblocks() - blocks
    finally:
        tracemalloc.stop()
    del result
    return max(peak, 0), max(kept, 0)
