"""Stale answers: the same call again in one process, after something that it reads was changed."""

from __future__ import annotations

from typing import Any, Protocol

from attrs import evolve, frozen

from codeflash_core.model.corpus import Call
from codeflash_core.model.side import ORIGINAL, Side
from codeflash_core.model.target import Project
from codeflash_core.model.verdict import Counterexample, Different, Same, Undecided, Verdict
from codeflash_core.ports.hosts import Answer, Failure
from codeflash_core.ports.language import CheckRequest
from codeflash_python.behaviour.compare import compare, differing
from codeflash_python.runtime.program import address
from codeflash_python.stages.bench import HASH_SEEDS, REPLAY_SECONDS, Bench

MOST_CALLS = 12
LONGEST_CALL = 0.1
"""Most CPU seconds of a call that is repeated so often."""
CALL_WALL = 2.0
"""Wall seconds that one call may take."""
SHOWN_IN_FULL = 5
Steps = tuple[dict[str, Any], ...]


class UnderWay(Protocol):
    """The check that asks."""

    @property
    def bench(self) -> Bench:
        """Where programs run."""

    @property
    def project(self) -> Project:
        """The project."""

    @property
    def request(self) -> CheckRequest:
        """What is asked."""

    @property
    def left_out(self) -> tuple[str, ...]:
        """Module data that are not compared."""


@frozen
class Stirred:
    """What the original does when its surroundings change.

    Attributes:
        steps: The changes after which it repeats itself.
        answer: Its answer to these, or None where there is nothing to change.
    """

    steps: Steps
    answer: Answer | None


async def compare_stirred(under_way: UnderWay) -> Verdict:
    """Compare what both sides do after changes between calls, and between items of a generator."""
    calls = _chosen(under_way.request.corpus.calls)
    if not calls:
        return Same()
    stirred = await _of_original(under_way, calls)
    if stirred.answer is None:
        return Same()
    side = under_way.request.candidate
    candidate = await _ask(under_way, side, calls, steps=stirred.steps)
    if candidate.failure is not None:
        return _failed(candidate.failure, stirred.steps)
    left_out, tolerance = under_way.left_out, under_way.request.float_tolerance or None
    verdict = compare(stirred.answer.data, candidate.data, adds=left_out, float_tolerance=tolerance)
    if isinstance(verdict, Same):
        return verdict
    wanted = differing(stirred.answer.data, candidate.data, left_out)[:SHOWN_IN_FULL]
    first = await _ask(under_way, ORIGINAL, calls, steps=stirred.steps, graphs=wanted)
    second = await _ask(under_way, side, calls, steps=stirred.steps, graphs=wanted)
    if first.failure is not None or second.failure is not None:
        return Undecided("nondeterministic", "a second replay with changes between calls failed")
    verdict = compare(first.data, second.data, adds=left_out, float_tolerance=tolerance)
    if isinstance(verdict, Different) and wanted:
        number = first.data["calls"][wanted[0]].get("step")
        if isinstance(number, int) and 0 <= number < len(stirred.steps):
            return await _explained(under_way, verdict, calls, stirred.steps[number])
    return verdict


def _chosen(calls: tuple[Call, ...]) -> tuple[Call, ...]:
    """A few short calls; recorded ones where there are such."""
    short = [call for call in calls if call.seconds <= LONGEST_CALL * max(call.count, 1)]
    return tuple(sorted(short, key=lambda call: not call.count)[:MOST_CALLS])


async def _of_original(under_way: UnderWay, calls: tuple[Call, ...]) -> Stirred:
    """The original's answer, without the changes after which it hangs, fails to end or differs from run to run."""
    request = under_way.request
    key = (request.target.id, request.seed, request.keeps_state, tuple(call.id for call in calls))
    known: dict[tuple[Any, ...], Any] = under_way.bench.stirred
    if key not in known:
        known[key] = await _steady(under_way, calls)
    found: Stirred = known[key]
    return found


async def _steady(under_way: UnderWay, calls: tuple[Call, ...]) -> Stirred:
    first = await _ask(under_way, ORIGINAL, calls)
    steps = first.data.get("steps") if first.failure is None else None
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        return Stirred((), None)
    again = await _ask(under_way, ORIGINAL, calls, steps=tuple(steps))
    if again.failure is not None:
        return Stirred((), None)
    unsteady = {first.data["calls"][at].get("step") for at in differing(first.data, again.data)}
    unsteady |= {
        call.get("step") for call in first.data["calls"] if call.get("timeout") or call.get("opaque")
    }
    if not unsteady:
        return Stirred(tuple(steps), first)
    kept = tuple(step for number, step in enumerate(steps) if number not in unsteady)
    answer = await _ask(under_way, ORIGINAL, calls, steps=kept) if kept else None
    return Stirred(kept, answer if answer is not None and answer.failure is None else None)


async def _ask(
    under_way: UnderWay,
    side: Side,
    calls: tuple[Call, ...],
    *,
    steps: Steps | None = None,
    graphs: tuple[int, ...] = (),
) -> Answer:
    request, bench = under_way.request, under_way.bench
    asked: dict[str, Any] = {
        "op": "stir",
        "target": address(request.target),
        "seed": request.seed,
        "fix_clock": request.corpus.fix_clock,
        "call_wall": CALL_WALL,
        "graphs": list(graphs),
        "give_up": side.id != ORIGINAL.id,
        "bold": request.keeps_state,
    }
    if steps is not None:
        asked["steps"] = list(steps)
    program = bench.checking(under_way.project, request.target, HASH_SEEDS[0])
    payloads = [call.payload for call in calls]
    return await bench.client.ask(side, program, asked, payloads, wall=REPLAY_SECONDS)


def _failed(failure: Failure, steps: Steps) -> Verdict:
    """A candidate that hangs or dies after a change that the original survives differs from it."""
    if failure.kind in ("timeout", "crash", "memory") and 0 <= failure.at < len(steps):
        where = f"after {_named(steps[failure.at])} was changed"
        return Different(Counterexample("", failure.kind, "finished", failure.kind, where))
    return Undecided(failure.kind, "on a replay with changes between calls")


async def _explained(
    under_way: UnderWay, verdict: Different, calls: tuple[Call, ...], step: dict[str, Any]
) -> Verdict:
    """The difference with the call and the name that was changed."""
    index = step.get("input")
    call = calls[index] if isinstance(index, int) and 0 <= index < len(calls) else calls[0]
    moment = "between two items" if step.get("when") == "items" else "between two calls"
    changed = f"after {_named(step)} was changed {moment}"
    found = verdict.counterexample
    where = f"{found.where}, {changed}" if found.where else changed
    text = await _written(under_way, call)
    return evolve(verdict, counterexample=evolve(found, call=text, where=where, origin=call.origin))


async def _written(under_way: UnderWay, call: Call) -> str:
    """The call as a person would write it."""
    request: dict[str, Any] = {"op": "render", "target": address(under_way.request.target)}
    program = under_way.bench.checking(under_way.project, under_way.request.target, HASH_SEEDS[0])
    answer = await under_way.bench.client.ask(ORIGINAL, program, request, [call.payload], wall=20.0)
    texts = answer.data.get("calls")
    if answer.failure is not None or not isinstance(texts, list) or not texts:
        return ""
    return str(texts[0])[:2000]


def _named(step: dict[str, Any]) -> str:
    """What a step changes, as a reader knows it."""
    kind, name = step.get("kind"), str(step.get("name", ""))[:200]
    if kind == "data":
        return f"{step.get('module')}.{name}"
    if kind == "variable":
        return f"the environment's {name}"
    place = step.get("place")
    argument = f"argument {place}" if isinstance(place, int) else str(place)
    return f"{argument}.{name}" if kind == "attribute" else f"what {argument} holds"
