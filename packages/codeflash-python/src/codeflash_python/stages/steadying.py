"""The original against itself: what it can't repeat can't judge a candidate."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from codeflash_core.model.corpus import Call, Corpus
from codeflash_core.model.target import Project, Target
from codeflash_core.model.verdict import Same, Undecided
from codeflash_core.ports.hosts import Answer, Failure
from codeflash_python.behaviour.compare import Replayed, compare, differing, parse
from codeflash_python.behaviour.graphs import Malformed
from codeflash_python.runtime.program import address
from codeflash_python.runtime.together import together
from codeflash_python.stages.bench import HASH_SEEDS, ORIGINAL, REPLAY_SECONDS, Bench, Replay

MOST_DROPPED = 40
CALL_WALL = 2.0
"""Least seconds that a call may take before it counts as hanging."""
SLOW_RECORDED = 4.0
"""A call may take this many times as long as the slowest recorded one."""


async def steady(bench: Bench, project: Project, target: Target, corpus: Corpus, seed: int) -> Corpus:
    """The corpus without inputs on which the original hangs, crashes or can't repeat itself.

    Each hash seed is replayed twice. What differs is tried again with clock and random state fixed.

    Returns:
        The corpus, or with its ``problem``.
    """
    for fixed in (False, True):
        calls, problem = await _settle(bench, project, target, corpus, seed, fixed)
        if not problem:
            unsteady = await _unsteady_globals(bench, project, target)
            notes = (*corpus.notes, *_left_out(corpus.calls, calls), *_named(unsteady))
            return evolve(corpus, calls=calls, fix_clock=fixed, unsteady_globals=unsteady, notes=notes)
        if not problem.startswith("nondeterministic"):
            break
    return evolve(corpus, problem=problem)


async def _unsteady_globals(bench: Bench, project: Project, target: Target) -> tuple[str, ...]:
    """Module data that two processes of the original hold differently right after the import."""
    request = {"op": "replay", "target": address(target), "again": False}
    told = []
    for program in (bench.checking(project, target, HASH_SEEDS[0]), bench.growing(project, target)):
        answer = await bench.client.ask(ORIGINAL, program, request, wall=REPLAY_SECONDS)
        found = answer.data.get("globals")
        if answer.failure is not None or not isinstance(found, dict):
            return ()
        told.append(found)
    first, second = told
    return tuple(sorted(str(name) for name in {*first, *second} if first.get(name) != second.get(name)))


def _named(unsteady: tuple[str, ...]) -> tuple[str, ...]:
    if not unsteady:
        return ()
    return (f"not compared, since they differ from process to process: {', '.join(unsteady[:5])}",)


def _left_out(before: tuple[Call, ...], after: tuple[Call, ...]) -> tuple[str, ...]:
    """Says that recorded inputs were left out; nobody misses grown ones."""
    kept = {call.id for call in after}
    lost = [call for call in before if call.count and call.id not in kept]
    if not lost:
        return ()
    noun = "recorded input is" if len(lost) == 1 else "recorded inputs are"
    share = sum(call.seconds for call in lost) / (sum(call.seconds for call in before) or 1.0)
    why = "too slow to replay, or not to be made outside of their tests"
    return (f"{len(lost)} {noun} left out, {share:.0%} of the recorded time: {why}",)


async def _settle(
    bench: Bench, project: Project, target: Target, corpus: Corpus, seed: int, fixed: bool
) -> tuple[tuple[Call, ...], str]:
    """The inputs that can be repeated under every hash seed, or why the target can't be judged."""
    answer, calls, problem = await _finish(bench, project, target, corpus.calls, seed, HASH_SEEDS[0], fixed)
    if problem or answer is None:
        return calls, problem
    (first, why), (second, other) = await together(
        _unsteady(bench, project, target, calls, seed, HASH_SEEDS[0], fixed),
        _unsteady(bench, project, target, calls, seed, HASH_SEEDS[1], fixed),
    )
    if why or other:
        return calls, why or other
    unsteady = first | second
    named = [call for call in calls if call.count and call.id in unsteady]
    if named or len(unsteady) > MOST_DROPPED:
        origin = f" on an input from {named[0].origin}" if named and named[0].origin else ""
        return calls, f"nondeterministic original: it does not repeat itself{origin}"
    calls = tuple(call for call in calls if call.id not in unsteady)
    if not calls:
        return calls, "nondeterministic original: it repeats itself on no input"
    return await _without_opaque(bench, project, target, calls, seed, fixed), ""


async def _unsteady(
    bench: Bench,
    project: Project,
    target: Target,
    calls: tuple[Call, ...],
    seed: int,
    hash_seed: int,
    fixed: bool,
) -> tuple[frozenset[str], str]:
    """Ids of the inputs on which two replays differ or one does not end, or why nothing can be told."""
    answer, ended, problem = await _finish(bench, project, target, calls, seed, hash_seed, fixed)
    if problem or answer is None:
        return frozenset(), problem
    what = evolve(_what(target, ended, seed, hash_seed, fixed), again=False)
    again = await bench.replay(project, ORIGINAL, what, again=True)
    if again.failure is not None:
        return frozenset(), _failed(again.failure)
    lost = {call.id for call in calls} - {call.id for call in ended}
    return frozenset(lost | {ended[index].id for index in _inputs(answer, again)}), ""


async def repeatable(
    bench: Bench, project: Project, target: Target, calls: tuple[Call, ...], seed: int, fixed: bool
) -> tuple[Call, ...]:
    """The inputs on which the original ends, and twice with the same outcome under the first hash seed.

    The second replay runs under another hash seed, at the same time; what differs by that is replayed once
    more under the first before it is left out.
    """
    (_, ended, problem), (_, others, why) = await together(
        _finish(bench, project, target, calls, seed, HASH_SEEDS[0], fixed, again=False),
        _finish(bench, project, target, calls, seed, HASH_SEEDS[1], fixed, again=False),
    )
    ended = tuple(call for call in ended if call in others)
    if problem or why or not ended:
        return ()
    replays = [evolve(_what(target, ended, seed, each, fixed), again=False) for each in HASH_SEEDS]
    first, second = [await bench.replay(project, ORIGINAL, what) for what in replays]
    if first.failure is not None or second.failure is not None:
        return ()
    if not _inputs(first, second):
        return ended
    again = await bench.replay(project, ORIGINAL, replays[0], again=True)
    if again.failure is not None:
        return ()
    unsteady = set(_inputs(first, again))
    return tuple(call for index, call in enumerate(ended) if index not in unsteady)


def _what(target: Target, calls: tuple[Call, ...], seed: int, hash_seed: int, fixed: bool) -> Replay:
    """A replay; under the first hash seed each input comes a second time, so that stale caches show."""
    slowest = max((call.seconds / call.count for call in calls if call.count), default=0.0)
    wall = max(CALL_WALL, SLOW_RECORDED * slowest)
    return Replay(target, calls, hash_seed, seed, fixed, call_wall=wall, again=hash_seed == HASH_SEEDS[0])


async def _finish(
    bench: Bench,
    project: Project,
    target: Target,
    calls: tuple[Call, ...],
    seed: int,
    hash_seed: int,
    fixed: bool,
    *,
    again: bool = True,
) -> tuple[Answer | None, tuple[Call, ...], str]:
    """A replay that comes to its end, without the inputs that prevented it."""
    for _ in range(MOST_DROPPED):
        what = _what(target, calls, seed, hash_seed, fixed)
        answer = await bench.replay(project, ORIGINAL, evolve(what, again=again and what.again))
        if answer.failure is None:
            late = _late(answer)
            if not late:
                return answer, calls, ""
            calls = tuple(call for index, call in enumerate(calls) if index not in late)
        else:
            at = answer.failure.at
            if answer.failure.kind not in ("timeout", "crash", "memory", "payload") or at < 0 or not calls:
                return None, calls, _failed(answer.failure)
            culprit = at % len(calls)
            # An argument whose class lives in a test file can't be made outside of that test.
            if calls[culprit].count and answer.failure.kind != "payload":
                return None, calls, f"{_failed(answer.failure)} on an input from {calls[culprit].origin}"
            calls = calls[:culprit] + calls[culprit + 1 :]
        if not calls:
            return None, calls, "the original finishes on no input in time"
    return None, calls, "the original hangs or crashes on too many inputs"


def _failed(failure: Failure) -> str:
    lines = failure.detail.strip().splitlines()
    names = {"wrong-code": "wrong code loaded", "import": "the module can't be imported"}
    return f"{names.get(failure.kind, failure.kind)}{': ' + lines[-1].strip() if lines else ''}"


def _late(answer: Answer) -> set[int]:
    try:
        return {call.input for call in parse(answer.data).calls if call.timeout}
    except Malformed:
        return set()


def _inputs(first: Answer, second: Answer) -> list[int]:
    """Numbers of the inputs whose two replays differ, as far as the shorter one goes."""
    told, retold = _shortened(first, second), _shortened(second, first)
    if isinstance(compare(told, retold), Same | Undecided):
        return []
    calls = parse(told).calls
    return sorted({calls[at].input for at in differing(told, retold) if at < len(calls)})


def _shortened(answer: Answer, other: Answer) -> dict[str, Any]:
    """A replay's calls up to where another ends; what they leave in globals is compared by whole replays."""
    calls, others = answer.data.get("calls"), other.data.get("calls")
    if not isinstance(calls, list) or not isinstance(others, list) or len(calls) == len(others):
        return dict(answer.data)
    return {**answer.data, "calls": calls[: len(others)]}


async def _without_opaque(
    bench: Bench, project: Project, target: Target, calls: tuple[Call, ...], seed: int, fixed: bool
) -> tuple[Call, ...]:
    """Grown inputs whose outcome can't be looked into would make every verdict undecided."""
    answer = await bench.replay(project, ORIGINAL, _what(target, calls, seed, HASH_SEEDS[0], fixed))
    replayed = _parsed(answer)
    if replayed is None:
        return calls
    opaque = {call.input for call in replayed.calls if call.opaque}
    return tuple(call for index, call in enumerate(calls) if call.count or index not in opaque)


async def mark_shared(bench: Bench, project: Project, target: Target, corpus: Corpus, seed: int) -> Corpus:
    """Say of each input whether timed calls may share its objects; drop unseen inputs that don't repeat."""
    what = _what(target, corpus.calls, seed, HASH_SEEDS[0], corpus.fix_clock)
    shared = _shareable(_parsed(await bench.replay(project, ORIGINAL, what)))
    unseen = corpus.unseen
    if unseen:
        _, unseen, problem = await _finish(
            bench, project, target, unseen, seed, HASH_SEEDS[0], corpus.fix_clock
        )
        unseen = () if problem else unseen
    marks: dict[int, bool] = {}
    if unseen:
        what = _what(target, unseen, seed, HASH_SEEDS[0], corpus.fix_clock)
        marks = _shareable(_parsed(await bench.replay(project, ORIGINAL, what)))
    return evolve(
        corpus,
        calls=tuple(evolve(call, shared=shared.get(index)) for index, call in enumerate(corpus.calls)),
        unseen=tuple(evolve(call, shared=marks.get(index)) for index, call in enumerate(unseen)),
        series=tuple(evolve(call, shared=False) for call in corpus.series),
    )


def _parsed(answer: Answer) -> Replayed | None:
    try:
        return parse(answer.data) if answer.failure is None else None
    except Malformed:
        return None


def _shareable(replayed: Replayed | None) -> dict[int, bool]:
    found: dict[int, bool] = {}
    for call in replayed.calls if replayed else ():
        found[call.input] = call.shareable and found.get(call.input, True)
    return found
