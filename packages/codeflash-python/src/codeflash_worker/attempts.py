"""Runs a workload, and runs it again without the tests that hang or end the process."""

from __future__ import annotations

import traceback
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from codeflash_worker import workload
from codeflash_worker.state import Refusal, State
from codeflash_worker.supervise import Answer, Beat, Died, apart

MOST_EXCLUDED = 8

Attempt = Callable[[Beat, Dict[str, str]], Answer]


def perform(
    state: State,
    request: Dict[str, Any],
    beat: Beat,
    limit: float,
    excluded: Dict[str, str],
    only: Sequence[str] = (),
    started: Optional[Callable[[str], None]] = None,
    around: Any = None,
) -> workload.Outcome:
    """Run the workload that a request describes, in this process.

    Raises:
        Refusal: Tests are asked for and there is no pytest.
    """
    arguments = [str(argument) for argument in request.get("args", [])]
    if request["kind"] == "tests":
        return workload.run_tests(
            arguments, beat, state.scratch, limit, excluded, only=only, started=started, around=around
        )
    if request["kind"] != "script":
        raise Refusal("protocol", "unknown workload %r" % (request["kind"],))
    return workload.run_script(
        str(request.get("path") or "workload.py"),
        request.get("text") or None,
        arguments,
        beat,
        state.scratch,
        limit,
        around=around,
    )


def repeat(attempt: Attempt) -> Tuple[Dict[str, Any], List[bytes]]:
    """The answer of the first attempt that gives one; a test during which one died is left out of the next.

    Raises:
        Refusal: ``no-pytest`` from inside, or ``crash`` and ``timeout`` where no test is to blame.
    """
    beat = Beat()
    excluded: Dict[str, str] = {}
    while True:
        try:
            data, blobs = apart(beat, lambda: _guarded(attempt, beat, excluded))
        except Died as death:
            if death.during in ("", "script") or len(excluded) >= MOST_EXCLUDED:
                raise Refusal("timeout" if death.why == "timed out" else "crash", str(death)) from None
            excluded[death.during] = death.why
            continue
        if "refused" in data:
            raise Refusal(data["refused"][0], data["refused"][1])
        return data, blobs


def _guarded(attempt: Attempt, beat: Beat, excluded: Dict[str, str]) -> Answer:
    try:
        return attempt(beat, excluded)
    except Refusal as refusal:
        return {"refused": [refusal.kind, refusal.detail]}, []
    except BaseException:
        return {"refused": ["error", traceback.format_exc(limit=-12)[-4000:]]}, []
