"""Tells where the time of a target goes, line by line."""

from __future__ import annotations

import random
from typing import Any, Dict, List, Tuple

from codeflash_worker.clock import perf_counter_ns
from codeflash_worker.drive import Limit, drive
from codeflash_worker.lines import Lines
from codeflash_worker.load import load
from codeflash_worker.payload import Unkeepable, open_payload
from codeflash_worker.state import State


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Call a target with kept inputs and time its lines.

    The request holds ``target``, ``seed`` and ``seconds``, after which no further call begins. The answer holds
    ``rows`` (line, hits, nanoseconds) and ``calls``, how many were made.
    """
    loaded = load(state, request["target"])
    lines, limit = Lines(loaded.function.__code__), Limit()
    deadline = perf_counter_ns() + int(float(request.get("seconds", 0.3)) * 1e9)
    made = 0
    for number, blob in enumerate(blobs):
        state.progress(number)
        left = (deadline - perf_counter_ns()) / 1e9
        if left <= 0:
            break
        random.seed(int(request.get("seed", 0)))
        try:
            opened = open_payload(blob)
        except Unkeepable:
            continue
        with lines:
            drive(loaded.call, opened, limit, left)
        made += 1
    return {"rows": lines.told(), "calls": made}, []
