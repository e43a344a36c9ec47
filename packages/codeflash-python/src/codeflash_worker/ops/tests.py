"""Runs tests and says how each ended; on request, how much time they spend in a target."""

from __future__ import annotations

import contextlib
import types
from typing import Any, Dict, List, Tuple

from codeflash_worker import attempts, load, watching
from codeflash_worker.intest import Stopwatch
from codeflash_worker.state import Refusal, State
from codeflash_worker.supervise import Beat

with contextlib.suppress(ImportError):
    # Imported when the process is set up, so that its forked children start with it.
    import codeflash_worker.pytest_plugin  # noqa: F401


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Run tests.

    The request holds ``ids`` (test ids; each must be collected or it is ``missing``), or ``args`` (files,
    folders and options for pytest) or both, ``limit`` (seconds per phase of a test), ``timed`` (a target:
    its outermost calls are timed), ``proved`` (a target of which the answer shall prove which code ran) and
    ``stop`` (whether the first test that does not pass is the last). The answer holds ``results`` per test,
    ``problems``, ``notes``, ``output``, ``seconds`` and ``calls`` per test when timed, and the ``proof`` of
    :mod:`codeflash_worker.load` when it was asked for, or as its ``problem`` why there is none.
    """
    del blobs
    ids = [str(name) for name in request.get("ids", [])]
    arguments = [str(argument) for argument in request.get("args", [])] or files_of(ids)
    timed, proved = request.get("timed"), request.get("proved")
    stop = bool(request.get("stop"))
    if stop:
        arguments.append("--maxfail=1")

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
            ran = watch.codes()
            watch.stop()
        told = outcome.told()
        if timed:
            told.update(stopwatch.told(), missing=watch.missing([watching.key_of(timed)]))
        if proved:
            told["proof"] = _proof(state, proved, ran)
        return told, []

    return attempts.repeat(attempt, 0 if stop else attempts.MOST_EXCLUDED)


def _proof(state: State, target: Dict[str, Any], ran: List[types.CodeType]) -> Dict[str, Any]:
    """The proof of the target as the tests leave it, or why there is none.

    Args:
        state: The process's state; what it knows of loaded targets does not count here.
        target: The target, with the hash that its file must have.
        ran: Code that was timed.
    """
    fresh = State()
    fresh.root = state.root
    try:
        loaded = load.load(fresh, target)
    except Refusal as refusal:
        return {"problem": [refusal.kind, refusal.detail]}
    if any(load.code_hash(code) != loaded.proof["code"] for code in ran):
        return {"problem": ["wrong-code", "other code of %s was timed" % loaded.key]}
    return dict(loaded.proof)


def files_of(ids: List[str]) -> List[str]:
    """The files that hold these tests, each once, in order."""
    return list(dict.fromkeys(name.partition("::")[0] for name in ids))
