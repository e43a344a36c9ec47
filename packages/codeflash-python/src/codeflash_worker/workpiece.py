"""The inputs of a timing block: loaded once where calls leave them alone, else copied for each call."""

from __future__ import annotations

import itertools
from typing import Any, Dict, List

from codeflash_worker import payload
from codeflash_worker.clock import perf_counter_ns
from codeflash_worker.state import Refusal
from codeflash_worker.stopwatch import Batch, Sampler, Stopwatch

COPIES_LIMIT = 5_000
COPIES_BYTES = 32 * 1024 * 1024


class Workpiece:
    """One input.

    Attributes:
        id: Id of the call in the corpus.
        shared: Whether all calls may use the same objects.
        load_ns: Wall time to make one copy.
        loops: Calls per sample.
    """

    def __init__(self, described: Dict[str, Any], blob: bytes) -> None:
        self.id = str(described["id"])
        self.blob = blob
        self.shared = bool(described.get("shared"))
        self.loops = 1
        started = perf_counter_ns()
        try:
            opened = payload.open_payload(blob)
        except payload.Unkeepable as error:
            raise Refusal("payload", "%s: %s" % (self.id, error.reason)) from None
        self.load_ns = max(perf_counter_ns() - started, 1)
        self.shared = self.shared and not opened.feeds
        self._args, self._kwargs = opened.args, opened.kwargs
        self.sampler: Sampler
        self._pairs = True

    def fresh(self) -> payload.Opened:
        """A copy of the arguments that nobody else uses."""
        return payload.open_payload(self.blob)

    def prepare(self, stopwatch: Stopwatch, lazy: bool) -> None:
        """Choose the timed region.

        Args:
            stopwatch: The target's.
            lazy: Whether either version returns something that works only when it is read.
        """
        self.sampler, self._pairs = stopwatch.sampler(lazy, bool(self._kwargs))

    def most_loops(self, spend_ns: float) -> int:
        """Calls per sample for which the copies can be made in ``spend_ns``."""
        if self.shared:
            return 1_000_000
        by_time = int(spend_ns / self.load_ns)
        return max(1, min(by_time, COPIES_LIMIT, COPIES_BYTES // (len(self.blob) + 1)))

    def batch(self, loops: int) -> Batch:
        """Arguments for a number of calls, made now."""
        if self.shared:
            one = (self._args, self._kwargs) if self._pairs else self._args
            return itertools.repeat(one, loops)
        return [self._one() for _ in range(loops)]

    def _one(self) -> Any:
        args, kwargs = payload.load(self.blob)
        return (args, kwargs) if self._pairs else args


def chunk_batch(pieces: List[Workpiece]) -> Batch:
    """One call for each of several inputs, from fresh copies."""
    return [payload.load(piece.blob) for piece in pieces]
