"""Imports targets and proves which code was loaded."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from codeflash_worker.load import load
from codeflash_worker.state import State


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Load ``targets`` (a list of addresses), or the one ``target``; answers the proofs by key.

    Ask with ``"fork": false`` so that the module stays imported for later requests.
    """
    del blobs
    targets = request.get("targets") or [request["target"]]
    proofs = {}
    for target in targets:
        loaded = load(state, target)
        proofs[loaded.key] = dict(loaded.proof, kind=loaded.kind)
    return {"proofs": proofs}, []
