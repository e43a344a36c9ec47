"""Runs a workload with the targets' calls recorded."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from codeflash_worker import attempts, watching
from codeflash_worker.record import CAP, Recorder
from codeflash_worker.state import State
from codeflash_worker.supervise import Beat


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Record calls.

    The request holds ``targets`` (a list of ``path``, ``module``, ``qualname``), ``workload`` (``kind``
    ``tests`` with ``args``, or ``script`` with ``path`` or ``text`` and ``args``), ``seed``, ``cap``
    (distinct calls kept per target, 0 to only see which tests reach it, without counting), ``limit`` (seconds per phase
    of a test, or for the script) and ``deadline`` (seconds after which no test is begun). The answer holds ``targets`` (calls with the number of their payload, facts, tests),
    ``results`` per test, ``problems``, ``missing`` (targets that could not be watched), ``notes``.
    """
    del blobs
    targets = request["targets"]
    keys = [watching.key_of(target) for target in targets]

    def attempt(beat: Beat, excluded: Dict[str, str]) -> Tuple[Dict[str, Any], List[bytes]]:
        recorder = Recorder(int(request.get("seed", 0)), int(request.get("cap", CAP)), len(targets))
        watch = watching.Watch(state.root, targets, recorder)
        watch.start()
        if request["workload"]["kind"] == "script":
            recorder.origin, recorder.grade = "script", "traced"
        recorder.start()
        try:
            outcome = attempts.perform(
                state,
                request["workload"],
                beat,
                attempts.limit_of(request),
                excluded,
                started=recorder.next_origin,
                deadline=attempts.deadline_of(request),
            )
        finally:
            recorder.stop()
            watch.stop()
        told, payloads = recorder.told(keys)
        return {**outcome.told(), "targets": told, "missing": watch.missing(keys)}, payloads

    return attempts.repeat(attempt)
