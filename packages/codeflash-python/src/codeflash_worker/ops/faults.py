"""Would the inputs notice a fault? Replays faulty versions of the target."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from codeflash_worker import clock
from codeflash_worker.faults import run_variant
from codeflash_worker.load import load
from codeflash_worker.state import State


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Replay each of ``variants`` (``text`` of the module and ``qualname`` of the faulty function).

    The request also holds ``target``, ``seed``, ``call_wall``, ``fix_clock``, ``expected`` (the digests of the
    sound version's calls, one for each input), ``variant_wall`` (seconds for one variant) and ``budget``
    (seconds for all; what does not fit is ``not-run``). The answer's ``variants`` say ``how`` each ended.
    """
    load(state, request["target"])
    wall = float(request.get("variant_wall", 5.0))
    deadline = clock.perf_counter_ns() + int(float(request.get("budget", 20.0)) * 1e9)
    answers = []
    for variant in request["variants"]:
        left = (deadline - clock.perf_counter_ns()) / 1e9
        if left <= 0:
            answers.append({"how": "not-run", "at": -1})
            continue
        answer = run_variant(state, request, blobs, variant, min(wall, left))
        if answer["how"] == "timeout" and left < wall and clock.perf_counter_ns() >= deadline:
            # Cut by the end of the budget: that says nothing about the fault.
            answer = {"how": "not-run", "at": -1}
        answers.append(answer)
    return {"variants": answers}, []
