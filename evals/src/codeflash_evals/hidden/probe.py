"""Runs hidden code against one version of a project, inside the sandbox; standard library only.

The request is one JSON object on standard input, the answer one on what standard output was at the start:
nothing that the version prints can get between. Clocks are bound before any foreign module is imported. Processor time is
that of the thread: Linux counts a process's by ticks of milliseconds once its processor time is limited, as ours is.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import importlib
import importlib.util
import inspect
import io
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from time import perf_counter_ns, thread_time_ns
from typing import Any

SHOWN = 300
"""Letters of a value that are shown."""
SAMPLE_NS = 2_000_000
"""Least time of a sample: calls are repeated up to it."""
WARM_UP_PASSES, WARM_UP_NS = 10, 50_000_000
"""How often the code sees the hidden inputs before the first call of the workload, and after which time no more."""

FRESH_CALLS = 100
"""First calls of a workload that can be made on inputs of a number."""


def load(path: str) -> Any:
    """The hidden script as a module."""
    spec = importlib.util.spec_from_file_location("hidden", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["hidden"] = module
    spec.loader.exec_module(module)
    return module


class WrongCode(Exception):
    """Another module of the name was loaded than that of the version."""


def module_of(name: str, roots: list[str]) -> Any:
    """A module of the version.

    Raises:
        WrongCode: One of that name lies elsewhere.
    """
    module = importlib.import_module(name)
    path = os.path.realpath(module.__file__ or "")
    if not any(path.startswith(os.path.realpath(root) + os.sep) for root in roots):
        raise WrongCode(f"{name} was loaded from {path}, not from the project")
    return module


def entry(hidden: Any, roots: list[str]) -> Any:
    """What ``ENTRY`` of the hidden script names in the version, as ``package.module:Class.method``.

    Where it names a function of the script, ``hidden:function``, that calls the version's code: ``USES`` is its module.
    """
    module, _, path = hidden.ENTRY.partition(":")
    ours = module == hidden.__name__
    used = module_of(hidden.USES if ours else module, roots)
    found: Any = hidden if ours else used
    for part in path.split("."):
        found = getattr(found, part)
    return found


def check(request: dict[str, Any]) -> dict[str, Any]:
    """What the entry does with each hidden input."""
    hidden = load(request["hidden"])
    function = entry(hidden, request["roots"])
    return {"calls": [_observe(function, *each) for each in hidden.inputs()]}


def _observe(function: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
    from codeflash_worker import encode, encode_types

    printed = io.StringIO()
    encoder = encode.Encoder()
    raised = None
    result: Any = None
    with contextlib.redirect_stdout(printed):
        try:
            result = _finished(function(*arguments, **named))
            # A generator's code runs while it is read.
            graph = encoder.add(result)
        except BaseException as error:  # noqa: BLE001 (foreign code raises anything, what ends a process too)
            raised = [encode.type_name(type(error)), encode_types.message_of(error)]
            graph = None
    after = encoder.add([list(arguments), named])
    state = [raised, graph, after, encoder.nodes, printed.getvalue()]
    text = json.dumps(state, sort_keys=True)
    return {
        "digest": hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest(),
        "shown": f"raises {raised[0]}: {raised[1]}"[:SHOWN] if raised else _shown(result),
        "opaque": [f"{kind}: {reason}" for kind, reason in encoder.opaque][:5],
    }


def _finished(value: Any) -> Any:
    """The value of a coroutine, the items of an asynchronous generator; anything else as it is."""
    if inspect.iscoroutine(value):
        return asyncio.run(value)
    if inspect.isasyncgen(value):

        async def drained() -> list[Any]:
            return [item async for item in value]

        return asyncio.run(drained())
    return value


def _shown(value: Any) -> str:
    try:
        return repr(value)[:SHOWN]
    except Exception as error:  # noqa: BLE001 (foreign code raises anything)
        return f"a {type(value).__name__} whose repr raises {type(error).__name__}"


def take_time(request: dict[str, Any]) -> dict[str, Any]:
    """Nanoseconds of the first call of the workload in this process, and of later ones."""
    fresh = _workloads(request)
    first, workload = _sample(fresh), fresh[0]
    loops = max(1, min(100_000, round(SAMPLE_NS / max(1, first[1]))))
    warm = _sample([workload] * loops)
    loops = max(1, min(100_000, round(loops * SAMPLE_NS / max(1, warm[1] * loops))))
    wanted = max(3, min(40, round(request["seconds"] * 1e9 / max(1, warm[1] * loops))))
    gc.collect()
    samples = [_sample([workload] * loops) for _ in range(wanted)]
    return {"first": first, "samples": samples}


def _queued() -> int:
    """Nanoseconds in which this thread could have run and another process did (proc(5), schedstat); 0 where it is not told."""
    try:
        with open("/proc/thread-self/schedstat", encoding="ascii") as told:  # noqa: PTH123 (an import of pathlib may be measured)
            return int(told.read().split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def _workloads(request: dict[str, Any]) -> list[Callable[[], object]]:
    """The workload on inputs that this process has not seen, several where the script makes them, the plain one first.

    Its code has run on the hidden inputs.
    """
    hidden = load(request["hidden"])
    _warm_up(entry(hidden, request["roots"]), getattr(hidden, "inputs", tuple))
    if inspect.signature(hidden.workload).parameters:
        return [hidden.workload(number) for number in range(FRESH_CALLS)]
    return [hidden.workload()]


def _warm_up(function: Any, inputs: Callable[[], Any]) -> None:
    """Call a function until the interpreter knows its code, and what it does once is done: neither is a kept answer."""
    ends = perf_counter_ns() + WARM_UP_NS
    for _ in range(WARM_UP_PASSES):
        for arguments, named in inputs():
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(BaseException):
                value = _finished(function(*arguments, **named))
                if inspect.isgenerator(value):
                    for _ in value:
                        pass
        if perf_counter_ns() > ends:
            break


def _sample(workloads: list[Callable[[], object]]) -> list[float]:
    """Processor and wall nanoseconds of one call, and those in which it was kept from running."""
    queued = _queued()
    wall, cpu = perf_counter_ns(), thread_time_ns()
    for workload in workloads:
        workload()
    return _taken(cpu, wall, queued, len(workloads))


def _taken(cpu: int, wall: int, queued: int, calls: int = 1) -> list[float]:
    """What calls took that began at these readings, by the call."""
    cpu, wall = thread_time_ns() - cpu, perf_counter_ns() - wall
    return [cpu / calls, wall / calls, min(_queued() - queued, max(0, wall - cpu)) / calls]


def take_memory(request: dict[str, Any]) -> dict[str, Any]:
    """The most bytes that a call of the workload holds at a time beyond what was held before it: the first, and a later one."""
    workload = _workloads(request)[0]
    gc.collect()
    tracemalloc.start()
    return {"first": _held(workload), "later": _held(workload)}


def _held(workload: Callable[[], object]) -> int:
    tracemalloc.clear_traces()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    workload()
    return max(1, tracemalloc.get_traced_memory()[1] - before)


def take_import(request: dict[str, Any]) -> dict[str, Any]:
    """Nanoseconds of one import in this fresh process."""
    queued = _queued()
    wall, cpu = perf_counter_ns(), thread_time_ns()
    importlib.import_module(request["module"])
    taken = _taken(cpu, wall, queued)
    module_of(request["module"], request["roots"])
    return {"first": taken, "samples": []}


def run_command(request: dict[str, Any]) -> dict[str, Any]:
    """What a whole command prints, how it ends, and what it takes."""
    started = perf_counter_ns()
    child = subprocess.Popen(request["words"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert child.stdout is not None
    with child.stdout:
        printed = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = perf_counter_ns() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    ended = f"exit {child.returncode}: ".encode()
    call = {
        "digest": hashlib.sha256(ended + printed).hexdigest(),
        "shown": (ended + printed).decode("utf-8", "backslashreplace")[:SHOWN],
        "opaque": [],
    }
    cpu = (usage.ru_utime + usage.ru_stime) * 1e9
    return {"calls": [call], "first": [cpu, wall, 0], "samples": [], "code": child.returncode}


WAYS = {
    "command": run_command,
    "check": check,
    "time": take_time,
    "memory": take_memory,
    "import": take_import,
}


def main() -> None:
    """Answer one request."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.loads(sys.stdin.read())
    sys.path[:0] = request["roots"]
    try:
        answer = WAYS[request["way"]](request)
    except BaseException as error:  # noqa: BLE001 (the door of this process; foreign code may try to end it)
        # The code of another project says nothing of this version's.
        elsewhere = isinstance(error, WrongCode)
        answer = {"problem": f"{type(error).__name__}: {error}"[:2000], "elsewhere": elsewhere}
    json.dump(answer, answers)
    answers.flush()
    # Threads that a version left behind keep nobody waiting.
    os._exit(0)
