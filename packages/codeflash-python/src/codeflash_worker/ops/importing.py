"""What the import of a module costs: interpreters of their own, and the tree of what each import brings along."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any, Dict, List, Tuple

from codeflash_worker import clock
from codeflash_worker.state import Refusal, State

_PATH = "import sys; sys.path[:0] = %r; "


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Import a module in fresh interpreters.

    The request holds ``module``, ``count`` (interpreters to time) and ``tree`` (whether the tree is wanted). The
    answer holds ``cpu`` and ``wall`` (nanoseconds of each interpreter, its own start and end included), ``idle_cpu`` and
    ``idle_wall`` (the same of interpreters that import nothing) and ``tree``: rows of ``name``, ``depth``, ``own`` and ``total`` in microseconds,
    in the order in which imports ended.

    Raises:
        Refusal: ``import``: it does not import.
    """
    del blobs
    module = str(request["module"])
    if not all(part.isidentifier() for part in module.split(".")):
        raise Refusal("import", "%r is no name of a module" % module)
    start = _PATH % (list(state.roots),)
    statement = start + "import " + module
    said = _started(statement, "-X", "importtime") if request.get("tree") else None
    spent = [_timed(statement) for _ in range(int(request.get("count", 0)))]
    idle = [_timed(start) for _ in spent]
    return {
        "cpu": [each[0] for each in spent],
        "wall": [each[1] for each in spent],
        "idle_cpu": [each[0] for each in idle],
        "idle_wall": [each[1] for each in idle],
        "tree": _tree(said) if said is not None else [],
    }, []


def _started(statement: str, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, *options, "-c", statement],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode:
        raise Refusal("import", _last_line(said))
    return said


def _timed(statement: str) -> Tuple[float, float]:
    """CPU and wall time of one interpreter, in nanoseconds."""
    begun = clock.perf_counter_ns()
    process = subprocess.Popen(
        [sys.executable, "-c", statement],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = clock.perf_counter_ns() - begun
    process.returncode = status
    if status:
        raise Refusal("import", _last_line(_started(statement)) or "the import fails now and then")
    return (usage.ru_utime + usage.ru_stime) * 1e9, float(wall)


def _tree(said: str) -> List[Dict[str, Any]]:
    rows = []
    for line in said.splitlines():
        head, _, rest = line.partition(":")
        if head != "import time":
            continue
        parts = rest.split("|")
        if len(parts) != 3 or not parts[0].strip().isdigit():
            continue
        name = parts[2][1:]
        depth = (len(name) - len(name.lstrip())) // 2
        rows.append({"name": name.strip(), "depth": depth, "own": int(parts[0]), "total": int(parts[1])})
    return rows


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:600] if lines else ""
