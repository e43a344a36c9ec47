"""The original against itself: what it can't repeat can't judge a candidate."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from codeflash_core.model.corpus import Call, Corpus
from codeflash_core.model.side import ORIGINAL
from codeflash_core.model.verdict import Same, Undecided
from codeflash_core.ports.hosts import Answer
from codeflash_python.behaviour.compare import Replayed, compare, differing, parse
from codeflash_python.runtime.program import address
from codeflash_core.together import together
from codeflash_python.stages.bench import HASH_SEEDS, REPLAY_SECONDS
from codeflash_python.stages.original import MOST_DROPPED, Original, failed


async def steady(original: Original, corpus: Corpus) -> Corpus:
    """The corpus without inputs on which the original hangs, crashes or can't repeat itself.

    Each hash seed is replayed twice. What differs is tried again with clock and random state fixed.

    Returns:
        The corpus, or with its ``problem``.
    """
    for fixed in (False, True):
        calls, problem = await _settle(evolve(original, fixed=fixed), corpus.calls)
        if not problem:
            unsteady = await _unsteady_globals(original)
            notes = (*corpus.notes, *_left_out(corpus.calls, calls), *_named(unsteady))
            return evolve(corpus, calls=calls, fix_clock=fixed, unsteady_globals=unsteady, notes=notes)
        if not problem.startswith("nondeterministic"):
            break
    return evolve(corpus, problem=problem)


async def _unsteady_globals(original: Original) -> tuple[str, ...]:
    """Module data that two processes of the original hold differently right after the import."""
    bench, project, target = original.bench, original.project, original.target
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


async def _settle(original: Original, calls: tuple[Call, ...]) -> tuple[tuple[Call, ...], str]:
    """The inputs that can be repeated under every hash seed, or why the target can't be judged."""
    ended = await original.finish(calls)
    calls = ended.calls
    if ended.problem:
        return calls, ended.problem
    (first, why), (second, other) = await together(
        _unsteady(original, calls, HASH_SEEDS[0]), _unsteady(original, calls, HASH_SEEDS[1])
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
    return await _without_opaque(original, calls), ""


async def _unsteady(
    original: Original, calls: tuple[Call, ...], hash_seed: int
) -> tuple[frozenset[str], str]:
    """Ids of the inputs on which two replays differ or one does not end, or why nothing can be told."""
    ended = await original.finish(calls, hash_seed)
    if ended.answer is None:
        return frozenset(), ended.problem
    again = await original.replay(evolve(original.of(ended.calls, hash_seed), again=False), again=True)
    if again.failure is not None:
        return frozenset(), failed(again.failure)
    lost = {call.id for call in calls} - {call.id for call in ended.calls}
    return frozenset(lost | {ended.calls[index].id for index in _inputs(ended.answer, again)}), ""


async def repeatable(original: Original, calls: tuple[Call, ...]) -> tuple[Call, ...]:
    """The inputs on which the original ends, and twice with the same outcome under the first hash seed.

    The second replay runs under another hash seed, at the same time; what differs by that is replayed once
    more under the first before it is left out.
    """
    one, other = await together(
        original.finish(calls, HASH_SEEDS[0], twice=False), original.finish(calls, HASH_SEEDS[1], twice=False)
    )
    ended = tuple(call for call in one.calls if call in other.calls)
    if one.problem or other.problem or not ended:
        return ()
    replays = [evolve(original.of(ended, each), again=False) for each in HASH_SEEDS]
    first, second = [await original.replay(what) for what in replays]
    if first.failure is not None or second.failure is not None:
        return ()
    if not _inputs(first, second):
        return ended
    again = await original.replay(replays[0], again=True)
    if again.failure is not None:
        return ()
    unsteady = set(_inputs(first, again))
    return tuple(call for index, call in enumerate(ended) if index not in unsteady)


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


async def _without_opaque(original: Original, calls: tuple[Call, ...]) -> tuple[Call, ...]:
    """Grown inputs whose outcome can't be looked into would make every verdict undecided."""
    replayed = await original.seen(calls)
    if replayed is None:
        return calls
    opaque = {call.input for call in replayed.calls if call.opaque}
    return tuple(call for index, call in enumerate(calls) if call.count or index not in opaque)


async def mark_shared(original: Original, corpus: Corpus) -> Corpus:
    """Say of each input whether timed calls may share its objects; drop unseen inputs that don't repeat."""
    original = evolve(original, fixed=corpus.fix_clock)
    shared = _shareable(await original.seen(corpus.calls))
    unseen: tuple[Call, ...] = ()
    if corpus.unseen:
        ended = await original.finish(corpus.unseen)
        unseen = () if ended.problem else ended.calls
    marks = _shareable(await original.seen(unseen)) if unseen else {}
    return evolve(
        corpus,
        calls=tuple(evolve(call, shared=shared.get(index)) for index, call in enumerate(corpus.calls)),
        unseen=tuple(evolve(call, shared=marks.get(index)) for index, call in enumerate(unseen)),
        series=tuple(evolve(call, shared=False) for call in corpus.series),
    )


def _shareable(replayed: Replayed | None) -> dict[int, bool]:
    found: dict[int, bool] = {}
    for call in replayed.calls if replayed else ():
        found[call.input] = call.shareable and found.get(call.input, True)
    return found
