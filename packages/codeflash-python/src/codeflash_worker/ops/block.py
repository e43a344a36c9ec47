"""Times versions of a target: both in this process, or one of them where four processes take turns."""

from __future__ import annotations

import contextlib
import importlib
import os
import random
import sys
import tokenize
from typing import Any, Dict, Iterator, List, Tuple

from codeflash_worker import agreement, load, timing, twin
from codeflash_worker.state import Refusal, State
from codeflash_worker.timing import Record, Settings
from codeflash_worker.workpiece import Workpiece


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Time a block.

    The request holds ``target``; ``mode`` (``paired`` or ``single``); for ``paired``, ``text``: the
    candidate's module (absent: the baseline against itself); ``inputs``: ``id`` and ``shared`` of each blob;
    ``metric`` (``time``, ``memory`` or ``growth``), ``cold``, ``seed``, ``fix_clock``, and the budgets of
    :class:`codeflash_worker.timing.Settings`.

    Raises:
        Refusal: ``unpaired`` where the versions need processes of their own, ``payload``, ``inputs``,
            ``wrong-code`` and others of :mod:`codeflash_worker.load`.
    """
    described = request["inputs"]
    if not blobs or len(described) != len(blobs):
        raise Refusal("inputs", "%d inputs and %d payloads" % (len(described), len(blobs)))
    random.seed(int(request.get("seed", 0)))
    # Imported where they are needed, for each block is a new process; and before any foreign code.
    metric, fixed = request.get("metric", "time"), bool(request.get("fix_clock"))
    fixed_clock = importlib.import_module("codeflash_worker.fixed_clock") if fixed else None
    memory = importlib.import_module("codeflash_worker.memory") if metric == "memory" else None
    with _silence():
        loaded = load.load(state, request["target"])
        settings = Settings(request)
        if fixed_clock is not None:
            # Before the copies are made, so that names imported from clock modules are fixed there too.
            settings.clocks = fixed_clock.install(state, settings.seed)
        sides, codes = _sides(loaded, request)
        pieces = [Workpiece(each, blob) for each, blob in zip(described, blobs)]
        data: Dict[str, Any] = {"mode": request.get("mode", "paired"), "proof": loaded.proof, "code": codes}
        calls = [side.call for side in sides]
        if memory is not None:
            data["inputs"] = memory.measure(state, loaded.function, calls, pieces)
            return data, []
        cold = bool(request.get("cold"))
        method = timing.measure_cold if cold else timing.measure
        result = method(state, loaded.function, calls, pieces, settings)
    data["cold"] = cold
    data["threads"] = result.threads
    data["inputs"] = [_shown(record) for record in result.records]
    data["differing"] = sorted({*agreement.differing(result.first), *agreement.differing(result.last)})
    data["digests"] = agreement.digests(result.first, result.last)
    return data, []


def _sides(loaded: Any, request: Dict[str, Any]) -> Tuple[List[Any], List[str]]:
    """The versions to time, baseline first, and the hashes of their code."""
    if request.get("mode", "paired") == "single":
        side = twin.Side(loaded.call, loaded.function, loaded.module.__dict__)
        return [side], [load.code_hash(loaded.function.__code__)]
    with tokenize.open(loaded.module.__file__) as file:
        base = file.read()
    texts = [base, request.get("text") or base]
    qualname = request["target"]["qualname"]
    sides: List[Any] = [None, None]
    order = random.Random(int(request.get("seed", 0))).sample((0, 1), 2)
    for number in order:
        sides[number] = twin.build(loaded, qualname, base, texts[number])
    codes = [load.code_hash(side.function.__code__) for side in sides]
    if codes[0] != load.code_hash(loaded.function.__code__):
        raise Refusal("unpaired", "the copy's code is not the loaded code")
    return sides, codes


def _shown(record: Record) -> Dict[str, Any]:
    shown: Dict[str, Any] = {"id": record.name, "loops": record.loops}
    if len(record.cpu) == 1:
        shown.update(cpu=record.cpu[0], wall=record.wall[0])
    else:
        shown.update(a_cpu=record.cpu[0], a_wall=record.wall[0], b_cpu=record.cpu[1], b_wall=record.wall[1])
    return shown


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Send what foreign code prints nowhere, by file descriptor and by name."""
    kept = os.dup(1), os.dup(2), sys.stdout, sys.stderr
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        with open(os.devnull, "w", encoding="utf-8") as sink:
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            sys.stdout = sys.stderr = sink
            yield
    finally:
        sys.stdout, sys.stderr = kept[2:]
        os.dup2(kept[0], 1)
        os.dup2(kept[1], 2)
        for fd in (*kept[:2], nowhere):
            os.close(fd)
