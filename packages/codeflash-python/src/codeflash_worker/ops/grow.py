"""Makes new inputs out of recorded ones."""

from __future__ import annotations

import math
import random
from typing import Any, Dict, List, Tuple

from codeflash_worker import grow, payload
from codeflash_worker.load import load
from codeflash_worker.state import Refusal, State
from codeflash_worker.variants import Kept, first_free

DEFAULT_KINDS = ("boundary", "typed", "mutate", "cross", "scale")


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Grow a target's inputs.

    The request holds ``target``, ``seed``, ``count``, and optionally ``inputs`` (``id``, ``count`` and
    ``seconds`` per call of each blob), ``kinds`` (of ``boundary``, ``typed``, ``mutate``, ``cross``,
    ``scale``; or ``["unseen"]``; or ``["growth"]`` with ``factors`` and ``longest`` seconds), ``call_wall``, and
    ``budget`` (seconds for trying the new inputs of several kinds).
    Each new input is described in ``made``; its payload is the attachment of the same number.

    Raises:
        Refusal: As :func:`codeflash_worker.load.load` says, or ``payload`` when nothing recorded loads.
    """
    loaded = load(state, request["target"])
    seed = int(request.get("seed", 0))
    random.seed(seed)
    described = request.get("inputs") or [{} for _ in blobs]
    kept: List[Kept] = []
    lost = 0
    for each, blob in zip(described, blobs):
        try:
            payload.load_as_kept(blob)
        except payload.Unkeepable:
            lost += 1
            continue
        kept.append(Kept(str(each.get("id", len(kept))), blob, int(each.get("count", 1))))
    if blobs and not kept:
        raise Refusal("payload", "none of %d recorded inputs loads" % len(blobs))
    wall = request.get("call_wall") or grow.call_wall([float(each.get("seconds", 0)) for each in described])
    first = first_free(loaded.kind)
    work = grow.Growing(
        loaded.function, loaded.call, first, kept, seed, float(wall), float(request.get("budget", math.inf))
    )
    kinds = list(request.get("kinds") or DEFAULT_KINDS)
    count = int(request.get("count", 100))
    if kinds == ["unseen"]:
        made, notes = grow.unseen(work, count)
    elif kinds == ["growth"]:
        factors = request.get("factors") or grow.GROWTH_FACTORS
        made, notes = grow.family(work, factors, float(request.get("longest", 0.2)))
    else:
        made, notes = grow.grow(work, kinds, count)
    if lost:
        notes.append("%d recorded inputs do not load again" % lost)
    return {"made": [grow.described(each, work.kept) for each in made], "notes": notes}, [
        each.blob for each in made
    ]
