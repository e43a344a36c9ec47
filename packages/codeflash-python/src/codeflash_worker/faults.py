"""Replays seeded faults: each in a fork, with the target's code swapped, until a call tells it apart."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import types
from typing import Any, Dict, List, Sequence, Tuple

from codeflash_worker import channel, clock
from codeflash_worker.guards import Tally
from codeflash_worker.load import Loaded, expected_codes, load
from codeflash_worker.replay import Replay, Settings
from codeflash_worker.state import Refusal, State


def faulty_code(loaded: Loaded, text: str) -> types.CodeType:
    """The code of the loaded function as a faulty text has it.

    Raises:
        Refusal: ``fault`` when the text has no such function or it closes over other names.
    """
    qualname = loaded.target["qualname"]
    codes = expected_codes(text.encode("utf-8"), loaded.proof["file"], qualname)
    for code in reversed(codes):
        same_place = code.co_firstlineno == loaded.code.co_firstlineno or len(codes) == 1
        if same_place and code.co_freevars == loaded.code.co_freevars:
            return code
    raise Refusal("fault", "the faulty text holds no %s that fits" % qualname)


def run_variant(
    state: State, request: Dict[str, Any], blobs: Sequence[bytes], variant: Dict[str, Any], wall: float
) -> Dict[str, Any]:
    """Replay one fault in a fork; answers ``how`` it ended and ``at`` which call.

    ``how`` is ``difference``, ``timeout``, ``crash``, ``survived`` or ``unfit`` (it could not be seeded).
    """
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setpgid(0, 0)
            os.close(source)
            channel.write_all(sink, json.dumps(_in_child(state, request, blobs, variant)).encode())
        finally:
            os._exit(0)
    os.close(sink)
    try:
        data, late = _read(source, wall)
    finally:
        os.close(source)
        for kill in (os.killpg, os.kill):
            try:
                kill(child, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
        os.waitpid(child, 0)
    if late:
        return {"how": "timeout", "at": state.progressed()}
    try:
        answer: Dict[str, Any] = json.loads(data)
    except ValueError:
        return {"how": "crash", "at": state.progressed()}
    return answer


def _in_child(
    state: State, request: Dict[str, Any], blobs: Sequence[bytes], variant: Dict[str, Any]
) -> Dict[str, Any]:
    target = request["target"]
    tally = Tally()
    if variant.get("watched"):
        tally.install()
    try:
        loaded = load(state, target)
        changed = load(state, holder(state, target, variant))
        changed.function.__code__ = faulty_code(changed, variant["text"])
    except Refusal as refusal:
        return {"how": "unfit", "at": -1, "why": str(refusal)}
    settings = Settings(dict(request, again=False, graphs=[]))
    expected: List[str] = settings.expected or []
    outcomes = Replay(state, loaded, settings).run(blobs)
    last = len(outcomes) - 1
    if outcomes and (last >= len(expected) or outcomes[last]["digest"] != expected[last]):
        return {"how": "timeout" if outcomes[last].get("timeout") else "difference", "at": last}
    return {"how": "survived", "at": -1, "reached": tally.reached, "past": tally.past}


def covered(
    state: State, request: Dict[str, Any], blobs: Sequence[bytes], variant: Dict[str, Any], wall: float
) -> bool:
    """Whether a fault that survived only makes a fast path raise, so that the fallback answers, every time.

    The sound version must have been seen to get past the place without the fallback: else no input tried it.
    """
    watched = dict(variant, watched=True)
    faulty = run_variant(state, request, blobs, dict(watched, text=variant["guarded"][0]), wall)
    if faulty["how"] != "survived" or not faulty["reached"] or faulty["past"]:
        return False
    sound = run_variant(state, request, blobs, dict(watched, text=variant["guarded"][1]), wall)
    return bool(sound["how"] == "survived" and sound["past"])


def holder(state: State, target: Dict[str, Any], variant: Dict[str, Any]) -> Dict[str, Any]:
    """The address of the function that a variant changes: in the target's file, or in another one.

    Raises:
        Refusal: ``fault`` when no module is loaded from the other file: then no call can reach it.
    """
    path = variant.get("path")
    if not path:
        return dict(target, qualname=variant["qualname"])
    file = os.path.realpath(os.path.join(state.root, path))
    for name, module in list(sys.modules.items()):
        seen = getattr(module, "__file__", None)
        if isinstance(seen, str) and os.path.realpath(seen) == file:
            return {"path": path, "module": name, "qualname": variant["qualname"]}
    raise Refusal("fault", "no module is loaded from %s" % path)


def _read(source: int, wall: float) -> Tuple[bytes, bool]:
    """Everything the child writes, and whether its time ran out."""
    deadline = clock.perf_counter_ns() + int(wall * 1e9)
    received = b""
    while True:
        left = (deadline - clock.perf_counter_ns()) / 1e9
        if left <= 0 or not select.select([source], [], [], left)[0]:
            return received, True
        part = os.read(source, 65536)
        if not part:
            return received, False
        received += part
