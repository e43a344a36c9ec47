"""Runs tests and says how each ended; on request, how much time they spend in a target."""

from __future__ import annotations

import contextlib
from typing import Any, Dict, List, Tuple

from codeflash_worker import attempts, watching
from codeflash_worker.intest import Stopwatch
from codeflash_worker.state import State
from codeflash_worker.supervise import Beat

with contextlib.suppress(ImportError):
    # Imported when the process is set up, so that its forked children start with it.
    import codeflash_worker.pytest_plugin  # noqa: F401


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Run tests.

    The request holds ``ids`` (test ids; each must be collected or it is ``missing``), or ``args`` (files,
    folders and options for pytest) or both, ``limit`` (seconds per phase of a test) and ``timed`` (a target:
    its outermost calls are timed). The answer holds ``results`` per test, ``problems``, ``notes``,
    ``output`` and, when timed, ``seconds`` and ``calls`` per test.
    """
    del blobs
    ids = [str(name) for name in request.get("ids", [])]
    arguments = [str(argument) for argument in request.get("args", [])] or files_of(ids)
    timed = request.get("timed")

    def attempt(beat: Beat, excluded: Dict[str, str]) -> Tuple[Dict[str, Any], List[bytes]]:
        stopwatch = Stopwatch()
        watch = watching.Watch(state.root, [timed] if timed else [], stopwatch)
        watch.start()
        try:
            outcome = attempts.perform(
                state,
                {"kind": "tests", "args": arguments},
                beat,
                attempts.limit_of({"workload": {"kind": "tests"}, **request}),
                excluded,
                only=ids,
                started=stopwatch.next_origin,
            )
        finally:
            watch.stop()
        told = outcome.told()
        if timed:
            told.update(stopwatch.told(), missing=watch.missing([watching.key_of(timed)]))
        return told, []

    return attempts.repeat(attempt)


def files_of(ids: List[str]) -> List[str]:
    """The files that hold these tests, each once, in order."""
    return list(dict.fromkeys(name.partition("::")[0] for name in ids))
