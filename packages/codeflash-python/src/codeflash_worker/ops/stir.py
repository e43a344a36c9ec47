"""Calls the target again after what it reads was changed, and answers what was observed."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from codeflash_worker.load import load
from codeflash_worker.replay import Settings
from codeflash_worker.state import State
from codeflash_worker.stirring import Plan, Stirred


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Replay the attached inputs with changes between calls.

    The request holds what a replay's does but for ``again`` and ``order``, and either ``steps`` (those that an
    earlier answer told) or ``bold`` (whether to change also what the project is not seen to change). The answer
    holds what a replay's does, ``steps``, and in each call the number of its ``step``.
    """
    loaded = load(state, request["target"])
    steps = request.get("steps")
    if steps is None:
        steps = Plan(loaded, state.root, bool(request.get("bold"))).steps(blobs)
    replay = Stirred(state, loaded, Settings(request))
    calls = replay.follow(steps, blobs)
    return {"proof": loaded.proof, "calls": calls, "globals": replay.end, "steps": steps}, []
