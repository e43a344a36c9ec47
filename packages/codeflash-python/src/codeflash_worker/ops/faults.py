"""Would the inputs notice a fault? Replays faulty versions of the target."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from codeflash_worker import clock
from codeflash_worker.faults import covered, run_variant
from codeflash_worker.load import load
from codeflash_worker.state import State

CAUGHT = ("difference", "crash")
"""Endings of a fault that show that a call came to it."""


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Replay each of ``variants`` (``text`` of the module and ``qualname`` of the faulty function).

    One with ``guarded`` texts, faulty and sound, that watch the ``try`` statement around the fault ends as ``covered``
    when it survives only because the fallback answers. A variant may name the ``path`` of another file than the target's. One with ``reach`` ends the process when a
    call comes to it; it is ``reached`` without a replay when one of the variants that ``unless`` names was caught.
    The request also holds ``target``, ``seed``, ``call_wall``, ``fix_clock``, ``expected`` (the digests of the
    sound version's calls, one for each input), ``variant_wall`` (seconds for one variant), ``budget`` (seconds
    for all; what does not fit is ``not-run``) and ``reach_budget`` (seconds more for those to reach). The
    answer's ``variants`` say ``how`` each ended.
    """
    load(state, request["target"])
    wall = float(request.get("variant_wall", 5.0))
    budget = float(request.get("budget", 20.0))
    started = clock.perf_counter_ns()
    answers: List[Dict[str, Any]] = []
    for variant in request["variants"]:
        if any(answers[number]["how"] in CAUGHT for number in variant.get("unless", ())):
            answers.append({"how": "reached", "at": -1})
            continue
        more = float(request.get("reach_budget", budget)) if variant.get("reach") else 0.0
        deadline = started + int((budget + more) * 1e9)
        left = (deadline - clock.perf_counter_ns()) / 1e9
        if left <= 0:
            answers.append({"how": "not-run", "at": -1})
            continue
        answer = run_variant(state, request, blobs, variant, min(wall, left))
        if answer["how"] == "timeout" and left < wall and clock.perf_counter_ns() >= deadline:
            # Cut by the end of the budget: that says nothing about the fault.
            answer = {"how": "not-run", "at": -1}
        if answer["how"] == "survived" and variant.get("guarded"):
            left = (deadline - clock.perf_counter_ns()) / 2e9
            if left > 0 and covered(state, request, blobs, variant, min(wall, left)):
                answer = {"how": "covered", "at": -1}
        answers.append(answer)
    return {"variants": answers}, []
