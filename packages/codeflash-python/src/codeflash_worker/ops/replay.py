"""Calls the target with kept inputs and answers what was observed."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from codeflash_worker.load import load
from codeflash_worker.replay import Replay, Settings
from codeflash_worker.state import State


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Replay the attached inputs.

    The request holds ``target``, ``seed``, ``call_wall`` (seconds a call), ``fix_clock``, ``again`` (each
    input a second time at the end; default true), ``graphs`` (numbers of the calls wanted in full),
    ``order`` (numbers of the inputs) and ``give_up`` (stop at a call that does not finish). The answer holds ``proof``, ``calls`` (in the order made) and
    ``globals`` (digests of the module's data at the end, by name).
    """
    loaded = load(state, request["target"])
    replay = Replay(state, loaded, Settings(request))
    calls = replay.run(blobs)
    return {"proof": loaded.proof, "calls": calls, "globals": replay.end}, []
