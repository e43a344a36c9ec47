"""One target from its corpus to a decision."""

from __future__ import annotations

import time

from attrs import evolve

from codeflash_core.model.comparison import Outcome
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord, TargetResult
from codeflash_core.model.target import Target
from codeflash_core.model.verdict import Same
from codeflash_core.pipeline.ablate import ablate
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.events import Finished, Progressed
from codeflash_core.pipeline.judge import Bar, judge_behaviour, judge_speed
from codeflash_core.pipeline.measure import ORIGINAL, Mode, Stopwatch
from codeflash_core.pipeline.search import Search, Version
from codeflash_core.pipeline.settings import Engine


async def optimize_target(engine: Engine, target: Target, corpus: Corpus) -> TargetResult:
    """Search, confirm and judge one target.

    Args:
        engine: What the run works with.
        target: The target.
        corpus: What was observed of it.

    Returns:
        The decision with everything that was tried.
    """
    begun = time.monotonic()
    result = await _optimize(engine, target, corpus)
    best = result.best
    figure = best.comparison.interval if best and best.comparison else None
    reason = result.decision.reasons[0] if result.decision.reasons else ""
    engine.emit(Finished(target.id, result.decision.word.value, str(figure) if figure else "", reason))
    return evolve(result, seconds=round(time.monotonic() - begun, 3))


async def _optimize(engine: Engine, target: Target, corpus: Corpus) -> TargetResult:
    notes = (*corpus.notes, *(f"left out: {test} fails on the original" for test in corpus.failing_tests))
    blank = TargetResult(
        target.id,
        Decision(DecisionWord.NEEDS_EVIDENCE, ("",)),
        grades=corpus.grades(),
        calls=len(corpus.calls),
        notes=notes,
    )
    if corpus.problem:
        return evolve(blank, decision=Decision(DecisionWord.NEEDS_EVIDENCE, (corpus.problem,)))
    if not corpus.calls and not corpus.in_test:
        why = "nothing in the workload calls it: name tests or a workload that do"
        return evolve(blank, decision=Decision(DecisionWord.NEEDS_EVIDENCE, (why,)))
    budget = Budget(engine.settings.budget_seconds)
    stopwatch = Stopwatch(engine, target, corpus, budget)
    search = Search(engine, target, corpus, stopwatch, budget)
    versions = await search.climb()
    if versions and engine.settings.ablate:
        versions[0:1] = [await ablate(engine, search, stopwatch, target, versions[0])]
    best = await _confirm_first(engine, search, stopwatch, target, versions, corpus)
    attempts = tuple(search.attempts.values())
    if best is None:
        best = _closest(attempts)
    decision = best.decision if best else Decision(DecisionWord.REJECTED, ("no source proposed a change",))
    return evolve(
        blank,
        decision=decision,
        best=best,
        attempts=attempts,
        original={target.path: search.original},
        control=stopwatch.control,
        growth=best.comparison.growth if best and best.comparison else None,
    )


async def _confirm_first(
    engine: Engine,
    search: Search,
    stopwatch: Stopwatch,
    target: Target,
    versions: list[Version],
    corpus: Corpus,
) -> Attempt | None:
    """The first version that is accepted, else the last one looked at closely."""
    looked: Attempt | None = None
    for version in versions[: engine.settings.confirmations]:
        engine.emit(Progressed("check", target.id, f"in depth: {version.candidate.source}"))
        attempt = await _confirm(engine, search, stopwatch, target, version, corpus)
        search.record(attempt)
        if attempt.decision.word is DecisionWord.ACCEPTED:
            return attempt
        looked = looked or attempt
    return looked


async def _confirm(
    engine: Engine, search: Search, stopwatch: Stopwatch, target: Target, version: Version, corpus: Corpus
) -> Attempt:
    settings = engine.settings
    bar = Bar(settings.mutation_bar, settings.memory_limit, version.prepared.keeps_state)
    verdict = await search.check(version, "full")
    attempt = evolve(version.attempt, verdict=verdict)
    settled = judge_behaviour(verdict, bar)
    if settled is not None and not isinstance(verdict, Same):
        return evolve(attempt, decision=settled)
    engine.emit(Progressed("measure", target.id, f"confirming {version.candidate.source}"))
    side = version.prepared.side
    strangers = version.prepared.separate or not version.candidate.trusted
    mode: Mode = "separate" if strangers else "paired"
    comparison = await stopwatch.confirm(ORIGINAL, side, mode, settings.confirmations)
    if any(not block.outputs_equal for block in comparison.blocks):
        why = "results differed while it was timed"
        return evolve(attempt, comparison=comparison, decision=Decision(DecisionWord.REJECTED, (why,)))
    if settled is not None:
        return evolve(attempt, comparison=comparison, decision=settled)
    if comparison.outcome is Outcome.FASTER:
        if bar.keeps_state:
            comparison = evolve(comparison, cold=await stopwatch.cold(ORIGINAL, side, mode))
        comparison = evolve(
            comparison,
            growth=await stopwatch.growth(ORIGINAL, side),
            memory_ratio=await stopwatch.memory(ORIGINAL, side),
        )
    decision = judge_speed(comparison, bar, comparison.growth)
    return evolve(attempt, comparison=comparison, decision=decision)


def _closest(attempts: tuple[Attempt, ...]) -> Attempt | None:
    """The attempt that tells the reader most when nothing was confirmed."""

    def promise(attempt: Attempt) -> float:
        screening = attempt.screening
        return screening.interval.point if screening and screening.interval else 0.0

    return max(attempts, key=promise, default=None)
