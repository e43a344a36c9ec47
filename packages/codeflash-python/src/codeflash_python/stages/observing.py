"""Observe: record the targets' calls, grow the inputs, replay the original against itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from codeflash_core.errors import StageError
from codeflash_core.model.corpus import Call, Corpus, Grade
from codeflash_core.model.side import ORIGINAL, Side
from codeflash_core.model.target import Project, Target, Workload
from codeflash_core.ports.hosts import Answer, Failure
from codeflash_python.runtime.program import address
from codeflash_core.together import together
from codeflash_python.stages.bench import Bench, refuse
from codeflash_python.stages.lining import line_times
from codeflash_python.stages.original import Original
from codeflash_python.stages.steadying import mark_shared, steady
from codeflash_python.stages.trimming import (
    GROWN_BYTES,
    GROWN_SECONDS,
    RECORDED_BYTES,
    affordable,
    fitting,
    quick,
)
from codeflash_python.tests.selection import in_test_evidence, usable_tests
from codeflash_python.timing.choosing import choose
from codeflash_python.tracing.recording import Recording, read_recording

RECORDING_SECONDS = 900.0
WRITTEN_TESTS = "test_codeflash_written.py"
"""Where tests that a model wrote stand in the copy that they run in."""
WRITTEN_SECONDS = 20.0
EXTRA_TESTS_SECONDS = 120.0
"""Time for the project's tests where a script is the workload and the tests are further evidence."""
GROWN = 160
UNSEEN = 24
EXTRA_CAP = 150
MIX_SCALE = 100
"""Counts of unseen inputs are in hundredths, so that several can share one recorded call's count."""
TRIED_SECONDS = 1.25 * GROWN_SECONDS
"""Inputs beyond this would not be kept, see :mod:`codeflash_python.stages.trimming`."""
LONGEST_GROWN = 0.03
"""Most CPU seconds for a call of the growth series."""


def workload_request(workload: Workload) -> dict[str, Any]:
    """The workload as the worker reads it."""
    if workload.kind == "script":
        return {
            "kind": "script",
            "path": workload.paths[0] if workload.paths else "workload.py",
            "text": workload.text,
            "args": list(workload.arguments),
        }
    return {"kind": "tests", "args": [*workload.paths, *workload.arguments]}


async def observe(
    bench: Bench, project: Project, targets: Sequence[Target], workload: Workload, seed: int
) -> tuple[Corpus, ...]:
    """One corpus for each target.

    Raises:
        StageError: The workload can't be run at all.
    """
    if workload.kind == "written":
        return await _observe_written(bench, project, targets, workload.text, seed)
    with_tests = workload.kind == "script" and bool(project.tests)
    recording, extra, _ = await together(
        _record_or_say_what_fails(bench, project, targets, workload_request(workload), seed),
        _record_tests(bench, project, targets, seed) if with_tests else _nothing(),
        bench.warm(project, targets[0]) if len(targets) == 1 else _nothing(),
    )
    corpora = []
    for target in targets:
        corpus = _usable(recording, target)
        if extra is not None:
            corpus = _joined(corpus, _usable(extra, target))
        if target.id in recording.missing and not corpus.calls:
            corpus = evolve(corpus, problem=f"it can't be watched: {recording.missing[target.id]}")
        corpora.append(corpus)
    return tuple(corpora)


async def _observe_written(
    bench: Bench, project: Project, targets: Sequence[Target], text: str, seed: int
) -> tuple[Corpus, ...]:
    """The calls that written tests make, whether they pass or not; they run in a copy of their own.

    Raises:
        StageError: They can't be run at all.
    """
    side = Side.of({WRITTEN_TESTS: text.encode("utf-8", "replace")})
    workload = {"kind": "tests", "args": [WRITTEN_TESTS]}
    answer = await _ask_to_record(
        bench, project, targets, workload, seed, WRITTEN_SECONDS, EXTRA_CAP, side=side
    )
    if answer.failure is not None:
        raise refuse("observe", "the written tests can't be run", answer.failure)
    recording = read_recording(answer.data, answer.blobs, [target.id for target in targets])
    return tuple(recording.corpora[target.id] for target in targets)


async def _nothing() -> None:
    return None


async def _record_or_say_what_fails(
    bench: Bench, project: Project, targets: Sequence[Target], workload: Mapping[str, Any], seed: int
) -> Recording:
    """Record; that the one target's module can't be imported says more than that its tests can't be run."""
    try:
        return await _record(bench, project, targets, workload, seed)
    except StageError:
        if len(targets) == 1:
            await bench.warm(project, targets[0])
        raise


async def _record(
    bench: Bench,
    project: Project,
    targets: Sequence[Target],
    workload: Mapping[str, Any],
    seed: int,
    *,
    wall: float = RECORDING_SECONDS,
    cap: int | None = None,
) -> Recording:
    answer = await _ask_to_record(bench, project, targets, workload, seed, wall, cap)
    if answer.failure is not None:
        raise refuse("observe", "the workload can't be run", answer.failure)
    recording = read_recording(answer.data, answer.blobs, [target.id for target in targets])
    seen = any(corpus.calls or corpus.in_test for corpus in recording.corpora.values())
    if recording.problems and not seen and not recording.results:
        name, message = next(iter(recording.problems.items()))
        raise refuse("observe", f"the workload can't be run: {name}", Failure("problem", message))
    return recording


async def _ask_to_record(
    bench: Bench,
    project: Project,
    targets: Sequence[Target],
    workload: Mapping[str, Any],
    seed: int,
    wall: float,
    cap: int | None,
    *,
    side: Side = ORIGINAL,
) -> Answer:
    request: dict[str, Any] = {
        "op": "record",
        "targets": [address(target) for target in targets],
        "workload": dict(workload),
        "seed": seed,
    }
    if cap is not None:
        request["cap"] = cap
    program = bench.running(project, ("record",))
    return await bench.client.ask(side, program, request, warm=False, wall=wall)


async def _record_tests(
    bench: Bench, project: Project, targets: Sequence[Target], seed: int
) -> Recording | None:
    """The project's tests as further evidence; without them the workload still stands."""
    tests = {"kind": "tests", "args": list(project.tests)}
    answer = await _ask_to_record(bench, project, targets, tests, seed, EXTRA_TESTS_SECONDS, EXTRA_CAP)
    if answer.failure is not None:
        return None
    return read_recording(answer.data, answer.blobs, [target.id for target in targets])


def _usable(recording: Recording, target: Target) -> Corpus:
    """The corpus with the tests that pass; the inputs of failing tests are inputs all the same."""
    corpus = recording.corpora[target.id]
    problems = tuple(
        f"{name}: {text.strip().splitlines()[-1][:200]}"
        for name, text in recording.problems.items()
        if text.strip()
    )
    failing = {test: message for test, message in corpus.failing_tests.items() if test in corpus.reached_by}
    return evolve(
        corpus,
        reached_by=usable_tests(corpus, recording.results),
        in_test=in_test_evidence(corpus, recording.results) or (() if recording.results else corpus.in_test),
        failing_tests=failing,
        notes=(
            *corpus.notes,
            *(f"not run: {problem}" for problem in problems[:5]),
            *(f"left out: {test} hangs" for test, status in recording.results.items() if status == "timeout"),
        ),
    )


def _joined(workload: Corpus, tests: Corpus) -> Corpus:
    """The workload's corpus with the tests' calls as evidence that does not count for timing."""
    known = {call.id for call in workload.calls}
    added = tuple(evolve(call, count=0, seconds=0.0) for call in tests.calls if call.id not in known)
    return evolve(
        workload,
        calls=(*workload.calls, *added),
        reached_by=tests.reached_by,
        in_test=workload.in_test or tests.in_test,
        failing_tests={**workload.failing_tests, **tests.failing_tests},
        notes=tuple(dict.fromkeys((*workload.notes, *tests.notes))),
    )


async def grow_and_steady(
    bench: Bench, project: Project, target: Target, corpus: Corpus, seed: int
) -> Corpus:
    """The corpus on which candidates are judged: more cases, unseen ones, growing sizes, all of them repeatable."""
    if not corpus.calls or corpus.problem:
        return corpus
    recorded = fitting(corpus.calls, RECORDED_BYTES)
    if len(recorded) < len(corpus.calls):
        left = len(corpus.calls) - len(recorded)
        corpus = evolve(corpus, notes=(*corpus.notes, f"{left} large recorded inputs are left out"))
    more, notes = await ask_to_grow(bench, project, target, recorded, seed, affordable(recorded, GROWN))
    known = {call.id for call in recorded}
    fresh = {call.id: call for call in quick(fitting(more, GROWN_BYTES)) if call.id not in known}
    grown = evolve(corpus, calls=(*recorded, *fresh.values()), notes=(*corpus.notes, *notes))
    # One process makes the inputs to time while others repeat those to compare.
    original = Original(bench, project, target, seed)
    steadied, lines, timed = await together(
        steady(original, grown),
        line_times(bench, project, target, recorded, seed),
        _grow_timed(bench, project, target, recorded, frozenset(known | set(fresh)), seed),
    )
    if steadied.problem:
        return steadied
    if lines:
        steadied = evolve(steadied, facts={**steadied.facts, "lines": lines})
    return await mark_shared(original, _with_timed(steadied, timed))


async def _grow_timed(
    bench: Bench, project: Project, target: Target, recorded: Sequence[Call], known: frozenset[str], seed: int
) -> Corpus:
    """Unseen inputs like those of the workload, and a series of growing sizes, as a corpus of their own."""
    used = [call for call in recorded if call.count] or list(recorded)
    # A few calls stand for all of them, so that each has unseen ones made from it.
    models = _standing_for([evolve(call, count=max(call.count, 1)) for call in used])
    few = affordable(models, UNSEEN, least=8)
    unseen, said = await ask_to_grow(bench, project, target, models, seed + 1, few, kinds=("unseen",))
    series, _ = await ask_to_grow(bench, project, target, used, seed, 0, kinds=("growth",))
    mix, remark = _in_the_workloads_mix(models, [call for call in unseen if call.id not in known])
    return Corpus(target.id, unseen=mix, series=tuple(series), notes=(*said, *remark))


def _with_timed(corpus: Corpus, timed: Corpus) -> Corpus:
    notes = tuple(dict.fromkeys((*corpus.notes, *timed.notes)))
    return evolve(corpus, unseen=timed.unseen, series=timed.series, notes=notes)


def _standing_for(calls: Sequence[Call]) -> tuple[Call, ...]:
    """A few calls with the counts of all, each with the time of as many calls of its own kind."""
    known = {call.id: call.seconds / call.count for call in calls}
    return tuple(evolve(call, seconds=known[call.id] * call.count) for call in choose(calls, UNSEEN // 2))


def _in_the_workloads_mix(
    used: Sequence[Call], unseen: Sequence[Call]
) -> tuple[tuple[Call, ...], tuple[str, ...]]:
    """Unseen inputs weighted so that those made from a recorded call together count as often as it did.

    A recorded call from which no unseen one could be made is timed itself: without it the mix would be
    another workload's.

    Returns:
        The inputs, none when nothing unseen could be made, and notes for the reader.
    """
    if not unseen:
        return (), ("no unseen inputs could be made: the recorded ones are timed again",)
    made: dict[str, list[Call]] = {}
    for call in unseen:
        made.setdefault(call.source, []).append(call)
    found: list[Call] = []
    alone = 0
    for call in used:
        alike = made.get(call.id, [])
        alone += not alike
        count = max(call.count, 1) * MIX_SCALE
        found += [
            evolve(
                each, count=max(1, count // len(alike)), seconds=each.seconds * max(1, count // len(alike))
            )
            for each in alike
        ] or [evolve(call, count=count, seconds=call.seconds * MIX_SCALE)]
    remark = (f"{alone} recorded inputs have no unseen likeness and are timed as they are",) if alone else ()
    return tuple(found), remark


async def ask_to_grow(
    bench: Bench,
    project: Project,
    target: Target,
    calls: Sequence[Call],
    seed: int,
    count: int,
    kinds: Sequence[str] = (),
) -> tuple[list[Call], list[str]]:
    """New inputs made in the original's process; none, with a note, when that fails."""
    described = [
        {"id": call.id, "count": max(call.count, 1), "seconds": call.seconds / max(call.count, 1)}
        for call in calls
    ]
    request = {
        "op": "grow",
        "target": address(target),
        "seed": seed,
        "count": count,
        "inputs": described,
        **({"kinds": list(kinds)} if kinds else {}),
        "longest": LONGEST_GROWN,
        "budget": TRIED_SECONDS,
    }
    program = bench.growing(project, target)
    payloads = [call.payload for call in calls]
    answer = await bench.client.ask(ORIGINAL, program, request, payloads, wall=60.0)
    if answer.failure is not None:
        return [], [f"no inputs could be grown ({answer.failure.kind})"]
    return _read_grown(answer)


def _read_grown(answer: Answer) -> tuple[list[Call], list[str]]:
    made, notes = answer.data.get("made"), answer.data.get("notes")
    if not isinstance(made, list) or len(made) != len(answer.blobs):
        return [], ["the grown inputs came back malformed"]
    found = []
    for told, payload in zip(made, answer.blobs, strict=True):
        grade = told.get("grade") if isinstance(told, dict) else None
        size = told.get("size") if isinstance(told, dict) else None
        spent = told.get("seconds") if isinstance(told, dict) else None
        if grade not in [each.value for each in Grade]:
            continue
        found.append(
            Call(
                id=hashlib.sha256(payload).hexdigest(),
                payload=payload,
                grade=Grade(grade),
                origin=str(told.get("origin", ""))[:200],
                source=str(told.get("source", ""))[:64],
                seconds=float(spent) if isinstance(spent, int | float) and 0 <= spent < 1e6 else 0.0,
                size=size if isinstance(size, int) and size >= 0 else None,
            )
        )
    return found, [str(note)[:200] for note in notes] if isinstance(notes, list) else []
