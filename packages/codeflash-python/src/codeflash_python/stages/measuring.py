"""Measure: one block, in one fresh process or in four that take turns."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from codeflash_core.errors import StageError
from codeflash_core.model.comparison import Block, InputSamples
from codeflash_core.model.corpus import Call
from codeflash_core.model.side import Side
from codeflash_core.model.target import Project
from codeflash_core.ports.hosts import Answer, Program
from codeflash_core.ports.language import BlockRequest
from codeflash_core.texts import decode
from codeflash_python.runtime.program import address
from codeflash_python.stages.bench import Bench
from codeflash_python.stages.testing import proved_address
from codeflash_python.tests.outcomes import TestRun, read_test_run
from codeflash_python.timing.choosing import choose
from codeflash_python.timing.reading import Malformed, join, read_memory, read_pair, read_side

BLOCK_SECONDS = 120.0
GROWTH_QUADS = 3
"""A curve over many sizes needs few samples at each."""
SEPARATE_SAMPLES_NS = 65e6
"""Timing time of each of four processes: together about twice a paired block's."""


async def measure_block(bench: Bench, project: Project, request: BlockRequest) -> Block:
    """Time both sides; whatever goes wrong is the block's ``problem``, never an exception."""
    if request.mode == "in-test":
        return await _in_test(bench, project, request)
    repeated = request.metric == "time" and not request.cold
    calls = choose(request.calls) if repeated else request.calls
    if not calls:
        return Block((), problem="there is nothing to time")
    hash_seed = _hash_seed(request.seed)
    try:
        if request.mode == "separate" and request.metric == "time":
            return await _separate(bench, project, request, calls, hash_seed)
        return await _paired(bench, project, request, calls, hash_seed)
    except Malformed as problem:
        return Block((), hash_seed=hash_seed, mode=request.mode, problem=f"malformed answer: {problem}")


async def _paired(
    bench: Bench, project: Project, request: BlockRequest, calls: Sequence[Call], hash_seed: int
) -> Block:
    """Both versions in one process: the baseline imported, the other compiled beside it."""
    text: str | None = None
    content = request.b.changes.get(request.target.path)
    if content is not None:
        text = decode(content, request.target.path).text
    message = _message(request, calls, "paired")
    message["text"] = text
    programs = [_program(bench, project, _hash_seed(seed)) for seed in (request.seed, *request.following)]
    await bench.client.ready([(request.a, each) for each in programs], BLOCK_SECONDS * len(programs))
    answer = await _ask(bench, project, request.a, message, calls, hash_seed)
    if answer.failure is not None:
        if answer.failure.kind == "unpaired" and request.metric == "time":
            return await _separate(bench, project, request, calls, hash_seed)
        return Block((), hash_seed=hash_seed, problem=_why(answer))
    if request.metric == "memory":
        return read_memory(answer.data, calls, hash_seed)
    return read_pair(answer.data, calls, hash_seed, answer.cpu_seconds, cold=request.cold)


async def _separate(
    bench: Bench, project: Project, request: BlockRequest, calls: Sequence[Call], hash_seed: int
) -> Block:
    """Four processes, A B B A or B A A B, each timing its own side."""
    order = "abba" if random.Random(request.seed).random() < 0.5 else "baab"
    parts: dict[str, list[Any]] = {"a": [], "b": []}
    program = _program(bench, project, hash_seed)
    fresh = [(request.a if letter == "a" else request.b, program) for letter in order]
    await bench.client.ready(fresh, BLOCK_SECONDS * len(fresh))
    for letter in order:
        side = request.a if letter == "a" else request.b
        message = _message(request, calls, "single")
        message["timing_ns"] = SEPARATE_SAMPLES_NS
        answer = await _ask(bench, project, side, message, calls, hash_seed)
        if answer.failure is not None:
            return Block((), hash_seed=hash_seed, mode="separate", problem=_why(answer))
        parts[letter].append(read_side(answer.data, calls, answer.cpu_seconds))
    return join(parts["a"], parts["b"], calls, hash_seed, cold=request.cold)


def _message(request: BlockRequest, calls: Sequence[Call], mode: str) -> dict[str, Any]:
    return {
        "op": "block",
        "target": address(request.target),
        "mode": mode,
        "metric": request.metric,
        "cold": request.cold,
        "seed": request.seed,
        **({"quads": GROWTH_QUADS} if request.metric == "growth" else {}),
        "fix_clock": request.fix_clock,
        "inputs": [{"id": call.id, "shared": bool(call.shared)} for call in calls],
    }


async def _ask(
    bench: Bench,
    project: Project,
    side: Side,
    message: Mapping[str, Any],
    calls: Sequence[Call],
    hash_seed: int,
) -> Answer:
    program = _program(bench, project, hash_seed)
    payloads = [call.payload for call in calls]
    return await bench.client.ask(side, program, message, payloads, warm=False, wall=BLOCK_SECONDS)


def _hash_seed(seed: int) -> int:
    """The value of ``PYTHONHASHSEED`` for a block."""
    return random.Random(seed).randrange(1, 2**31)


def _program(bench: Bench, project: Project, hash_seed: int) -> Program:
    return bench.running(project, ("load", "block"), hash_seed)


async def _in_test(bench: Bench, project: Project, request: BlockRequest) -> Block:
    """The tests themselves, timed inside the target: for calls whose arguments can't be kept."""
    order = "abba" if random.Random(request.seed).random() < 0.5 else "baab"
    seconds: dict[str, list[float]] = {"a": [], "b": []}
    made: Mapping[str, int] = {}
    codes: dict[str, set[str]] = {"a": set(), "b": set()}
    for letter in order:
        side = request.a if letter == "a" else request.b
        proved = proved_address(project, request.target, side)
        message = {
            "op": "tests",
            "ids": list(request.tests),
            "timed": address(request.target),
            "proved": proved,
        }
        program = bench.running(project, ("tests",), request.seed)
        answer = await bench.client.ask(side, program, message, warm=False, wall=BLOCK_SECONDS)
        if answer.failure is not None:
            return Block((), mode="in-test", problem=_why(answer))
        try:
            run = read_test_run(answer.data, request.tests, proved["sha256"])
        except StageError:
            return Block((), mode="in-test", problem="malformed answer")
        problem = _unusable(run, made)
        if problem:
            return Block((), mode="in-test", problem=problem)
        made = run.calls
        codes[letter].add(run.code)
        seconds[letter].append(sum(run.seconds.values()) * 1e9)
    if any(len(each) != 1 for each in codes.values()):
        return Block((), mode="in-test", problem="wrong code loaded: it changed between two runs")
    if not all(value > 0 for values in seconds.values() for value in values):
        return Block((), mode="in-test", problem="the tests spend no time in the target")
    a, b = tuple(seconds["a"]), tuple(seconds["b"])
    return Block((InputSamples("tests", 1.0, 1, a, b, a, b),), hash_seed=request.seed, mode="in-test")


def _unusable(run: TestRun, made: Mapping[str, int]) -> str:
    """Why a run of tests can't be timed, or nothing; ``made`` are the calls of the run before."""
    if not run.code:
        kind, detail = run.unproved
        return f"{'wrong code loaded' if kind == 'wrong-code' else 'unproved code'}: {detail[:200]}"
    if not run.seconds:
        return "the tests spend no time in the target"
    if made and run.calls != made:
        return "not the same calls reach the target on both sides"
    return ""


def _why(answer: Answer) -> str:
    failure = answer.failure
    if failure is None:
        return "the worker answered nothing"
    lines = [line.strip() for line in failure.detail.strip().splitlines() if line.strip()]
    names = {"wrong-code": "wrong code loaded"}
    return f"{names.get(failure.kind, failure.kind)}{': ' + lines[-1][:200] if lines else ''}"
