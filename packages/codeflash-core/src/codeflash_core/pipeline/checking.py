"""The question of behaviour, asked for one candidate and cut where the budget ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from attrs import evolve

from codeflash_core.masking import without_look_alikes
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.parts import Part
from codeflash_core.model.side import Prepared
from codeflash_core.model.target import Target
from codeflash_core.model.verdict import Different, Undecided, Verdict
from codeflash_core.pipeline.budget import LEAST_SECONDS, Budget
from codeflash_core.pipeline.events import Progressed
from codeflash_core.pipeline.settings import Engine
from codeflash_core.ports.language import CheckRequest

OUT_OF_TIME = "the time budget ended"
T = TypeVar("T")


async def check_candidate(
    engine: Engine,
    target: Target,
    corpus: Corpus,
    prepared: Prepared,
    depth: Literal["quick", "full"],
    *,
    budget: Budget,
    keep: float = 0.0,
) -> Verdict:
    """Ask whether a candidate behaves as the original does; a durable step.

    Args:
        engine: What the run works with.
        target: The target.
        corpus: The inputs.
        prepared: The candidate.
        depth: How far to look.
        budget: The target's time: a check that is cut is undecided.
        keep: Seconds that the check leaves for what is better than this candidate by now.
    """
    settings = engine.settings
    request = CheckRequest(
        target=target,
        candidate=prepared.side,
        corpus=corpus,
        workload=engine.workload,
        depth=depth,
        seed=settings.seed,
        fuzz_cases=0 if Part.GROWTH in settings.without else settings.fuzz_cases,
        float_tolerance=settings.float_tolerance,
        adds=prepared.adds,
        keeps_state=prepared.keeps_state,
    )
    late = Undecided(OUT_OF_TIME, f"while behaviour was checked, after {budget.seconds:.0f} s")
    return await engine.steps.once(
        f"check-{depth}:{target.id}:{prepared.side.id}",
        Verdict,
        lambda: in_time(budget, lambda: ask_discreetly(engine, request), late, keep),
    )


async def ask_discreetly(engine: Engine, request: CheckRequest) -> Verdict:
    """The verdict; values in it are shown, recorded and sent without what looks like a secret.

    Args:
        engine: What the run works with.
        request: What is to be checked.
    """
    verdict = await engine.language.check(engine.project, request)
    seen = verdict.evidence.suspicion
    if seen is not None:
        seen = evolve(seen, fact=without_look_alikes(seen.fact))
        verdict = evolve(verdict, evidence=evolve(verdict.evidence, suspicion=seen))
    if isinstance(verdict, Undecided):
        return evolve(verdict, detail=without_look_alikes(verdict.detail))
    if not isinstance(verdict, Different):
        return verdict
    found = verdict.counterexample
    shown = evolve(
        found,
        call=without_look_alikes(found.call),
        original=without_look_alikes(found.original),
        candidate=without_look_alikes(found.candidate),
        note=without_look_alikes(found.note),
    )
    return evolve(verdict, counterexample=shown)


async def grow_within(engine: Engine, target: Target, corpus: Corpus, budget: Budget) -> Corpus:
    """The corpus with grown inputs, as candidates are judged on it; a durable step.

    Args:
        engine: What the run works with.
        target: The target.
        corpus: What was observed of it.
        budget: The target's time: a corpus whose growing is cut says so and judges nothing.
    """
    engine.emit(Progressed("observe", target.id, "growing inputs", budget.left))
    grown = await engine.steps.once(
        f"grow:{target.id}",
        Corpus,
        lambda: in_time(
            budget,
            lambda: engine.language.grow(engine.project, target, corpus, engine.settings.seed),
            evolve(corpus, problem=f"{OUT_OF_TIME} while inputs were grown"),
        ),
    )
    return _recorded_of(grown, corpus) if Part.GROWTH in engine.settings.without else grown


def _recorded_of(grown: Corpus, recorded: Corpus) -> Corpus:
    """What growing said of the recorded inputs, such as which of them are repeatable, without the others."""
    known = {call.id for call in recorded.calls}
    return evolve(grown, calls=tuple(call for call in grown.calls if call.id in known), unseen=(), series=())


async def in_time(budget: Budget, work: Callable[[], Awaitable[T]], late: T, keep: float = 0.0) -> T:
    """The result of some work, or what stands for it when the budget ends first.

    Args:
        budget: How much time there is.
        work: Starts the work; it is cancelled when its time is over.
        late: The answer then.
        keep: Seconds of the budget that the work leaves.
    """
    try:
        async with asyncio.timeout(max(budget.left - keep, LEAST_SECONDS) if keep else budget.patience):
            return await work()
    except TimeoutError:
        return late
