"""Runs a workload, and runs it again without the tests that hang or end the process."""

from __future__ import annotations

import traceback
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from codeflash_worker import workload
from codeflash_worker.state import Refusal, State
from codeflash_worker.supervise import Answer, Beat, Died, apart

MOST_EXCLUDED = 8
TEST_LIMIT = 30.0
WALL = 60.0
"""The time limit of requests that name none, as in :mod:`codeflash_worker.serve`."""
USED_OF_WALL = 0.75

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
    deadline: float = 0.0,
) -> workload.Outcome:
    """Run the workload that a request describes, in this process.

    Raises:
        Refusal: Tests are asked for and there is no pytest.
    """
    arguments = [str(argument) for argument in request.get("args", [])]
    if request["kind"] == "tests":
        return workload.run_tests(
            arguments,
            beat,
            state.scratch,
            limit,
            excluded,
            only=only,
            started=started,
            around=around,
            deadline=deadline,
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


def limit_of(request: Dict[str, Any]) -> float:
    """Seconds that each phase of a test may take, or the whole script."""
    usual = TEST_LIMIT if request["workload"]["kind"] == "tests" else deadline_of(request)
    return float(request.get("limit") or usual)


def deadline_of(request: Dict[str, Any]) -> float:
    """Seconds after which no test is begun: what was seen by then must still be told in time."""
    return float(request.get("deadline") or USED_OF_WALL * float(request.get("wall", WALL)))


def repeat(attempt: Attempt, most: int = MOST_EXCLUDED) -> Tuple[Dict[str, Any], List[bytes]]:
    """The answer of the first attempt that gives one; a test during which one died is left out of the next.

    Args:
        attempt: Runs the tests.
        most: Most tests that are left out.

    Raises:
        Refusal: ``no-pytest`` from inside, or ``crash`` and ``timeout`` where no test is to blame.
    """
    beat = Beat()
    excluded: Dict[str, str] = {}
    while True:
        try:
            data, blobs = apart(beat, lambda: _guarded(attempt, beat, excluded))
        except Died as death:
            if death.during in ("", "script") or len(excluded) >= most:
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
