"""Proposes simpler versions of one input."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from codeflash_worker import payload, shrink
from codeflash_worker.load import load
from codeflash_worker.state import Refusal, State
from codeflash_worker.variants import first_free


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Answer payloads simpler than the one attached, the boldest simplification of each argument first.

    The request holds ``target`` and ``limit``; ``sizes`` of the answer holds the size of each attachment.

    Raises:
        Refusal: ``payload`` when there is not exactly one that loads; others of the target's loading.
    """
    if len(blobs) != 1:
        raise Refusal("payload", "one payload is simplified at a time, got %d" % len(blobs))
    loaded = load(state, request["target"])
    try:
        found = shrink.proposals(blobs[0], first_free(loaded.kind), int(request.get("limit", 60)))
    except payload.Unkeepable as error:
        raise Refusal("payload", error.reason) from None
    return {"sizes": [size for _, size in found]}, [blob for blob, _ in found]
