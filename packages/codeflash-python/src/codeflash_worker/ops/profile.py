"""Runs a workload under a profiler."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from codeflash_worker import attempts
from codeflash_worker.profile import Profiler
from codeflash_worker.state import State
from codeflash_worker.supervise import Beat


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Profile a workload.

    The request holds ``workload`` (as for recording) and ``limit`` (seconds per phase of a test, or for
    the script). The answer holds ``functions`` (``path``, ``line``, ``name``, ``calls``, ``own`` and
    ``cumulative`` in CPU seconds), ``total``, ``results`` per test, ``problems``, ``notes``.
    """
    del blobs

    def attempt(beat: Beat, excluded: Dict[str, str]) -> Tuple[Dict[str, Any], List[bytes]]:
        profiler = Profiler()
        outcome = attempts.perform(
            state,
            request["workload"],
            beat,
            attempts.limit_of(request),
            excluded,
            around=profiler.around,
            deadline=attempts.deadline_of(request),
        )
        return {**outcome.told(), **profiler.told(state.root)}, []

    return attempts.repeat(attempt)
