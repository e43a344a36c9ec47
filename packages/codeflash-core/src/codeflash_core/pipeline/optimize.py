"""One target from its corpus to a decision."""

from __future__ import annotations

import time

from attrs import evolve, frozen

from codeflash_core.model.comparison import Comparison, Outcome
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord, TargetResult
from codeflash_core.model.parts import Part, off_sentence
from codeflash_core.model.side import ORIGINAL
from codeflash_core.model.target import Target
from codeflash_core.model.verdict import Different, Same, Undecided
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.checking import OUT_OF_TIME
from codeflash_core.pipeline.events import Finished, Progressed
from codeflash_core.pipeline.judge import (
    Bar,
    judge_behaviour,
    judge_recorded,
    judge_speed,
    judge_timed_results,
    judge_untimed,
)
from codeflash_core.pipeline.minimize import minimize
from codeflash_core.pipeline.opinions import opinions_on
from codeflash_core.pipeline.population import Version
from codeflash_core.pipeline.search import Search
from codeflash_core.pipeline.settings import Engine


@frozen
class Optimized:
    """A decision with the inputs it rests on.

    Attributes:
        result: The decision with everything that was tried.
        corpus: The inputs, grown ones included where there was something to judge.
    """

    result: TargetResult
    corpus: Corpus


async def optimize_target(engine: Engine, target: Target, corpus: Corpus) -> Optimized:
    """Search, confirm and judge one target.

    Args:
        engine: What the run works with.
        target: The target.
        corpus: What was recorded of it.
    """
    begun = time.monotonic()
    budget = Budget(engine.settings.budget_seconds, used=engine.steps.spent_on(target.id))
    search = Search(engine, target, corpus, budget)
    result = _with_parts_off(engine, await _optimize(engine, target, search))
    best = result.best
    if best is not None and result.decision.word is DecisionWord.ACCEPTED:
        others = [each.attempt for each in search.hopeful]
        result = evolve(result, opinions=await opinions_on(engine, search, best, others))
    result = evolve(result, requests=engine.ledger.of(target.id))
    figure = best.comparison.interval if best and best.comparison else None
    reason = result.decision.reasons[0] if result.decision.reasons else ""
    engine.emit(Finished(target.id, result.decision.word.value, str(figure) if figure else "", reason))
    return Optimized(evolve(result, seconds=round(time.monotonic() - begun, 3)), search.corpus)


async def _optimize(engine: Engine, target: Target, search: Search) -> TargetResult:
    recorded = search.corpus
    if recorded.problem:
        return _result(target, search, Decision(DecisionWord.NEEDS_EVIDENCE, (recorded.problem,)))
    if not recorded.calls and not recorded.in_test:
        why = "nothing in the workload calls it: name tests or a workload that do"
        return _result(target, search, Decision(DecisionWord.NEEDS_EVIDENCE, (why,)))
    versions = await search.climb()
    if search.corpus.problem:
        return _result(target, search, Decision(DecisionWord.NEEDS_EVIDENCE, (search.corpus.problem,)))
    if versions and engine.settings.minimize:
        versions[0:1] = [await minimize(engine, search, target, versions[0])]
    best = await _confirm_first(engine, search, target, versions) or _closest(search)
    decision = best.decision if best else Decision(DecisionWord.REJECTED, ("no source proposed a change",))
    return _result(target, search, decision, best)


def _result(target: Target, search: Search, decision: Decision, best: Attempt | None = None) -> TargetResult:
    corpus = search.corpus
    comparison = best.comparison if best else None
    left_out = tuple(f"left out: {test} fails on the original" for test in corpus.failing_tests)
    return TargetResult(
        target.id,
        decision,
        best=best,
        attempts=tuple(search.attempts.values()),
        original={target.path: search.original},
        grades=corpus.grades(),
        calls=len(corpus.calls),
        control=(comparison and comparison.control) or search.stopwatch.control,
        growth=comparison.growth if comparison else None,
        notes=(*corpus.notes, *left_out),
    )


async def _confirm_first(
    engine: Engine, search: Search, target: Target, versions: list[Version]
) -> Attempt | None:
    """The first version that is accepted, else the last one looked at closely."""
    looked: Attempt | None = None
    waiting, slots = list(versions), engine.settings.confirmations
    while waiting and slots:
        version, slots = waiting.pop(0), slots - 1
        engine.emit(Progressed("check", target.id, f"in depth: {version.candidate.source}"))
        attempt = await _confirm(engine, search, target, version)
        search.record(attempt)
        if attempt.decision.word is DecisionWord.ACCEPTED:
            return attempt
        looked = looked or attempt
        if isinstance(attempt.verdict, Different) and attempt.comparison is None:
            # Nothing was timed, so that its share of the error is left for what comes of it.
            mended = await search.mend(attempt)
            if mended is not None:
                looked, slots = None, slots + 1
                waiting.insert(0, mended)
    return looked


async def _confirm(engine: Engine, search: Search, target: Target, version: Version) -> Attempt:
    stopwatch, trusted = search.stopwatch, version.candidate.trusted
    bar = _bar(engine, version)
    verdict = await search.check(version, "full")
    attempt = evolve(version.attempt, verdict=verdict)
    settled = judge_behaviour(verdict, bar)
    if settled is not None and not isinstance(verdict, Same):
        return evolve(attempt, decision=settled)
    # What holds the recorded inputs shows on others what it gains.
    held = not trusted and verdict.evidence.suspicion is not None
    if held and not stopwatch.strangers:
        return evolve(attempt, decision=settled or judge_untimed(verdict))
    engine.emit(Progressed("measure", target.id, f"confirming {version.candidate.source}"))
    side, mode = version.prepared.side, version.confirmed_in
    comparison = await _confirming(engine, search, version, strangers=held)
    if any(not block.outputs_equal for block in comparison.blocks):
        decision = judge_timed_results(verdict, "results differed while it was timed", trusted=trusted)
        return evolve(attempt, comparison=comparison, decision=decision)
    settled = judge_recorded(verdict, attempt.screening, comparison) or settled
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
    if stopwatch.differed:
        why = "results differed on a larger input"
        return evolve(attempt, comparison=comparison, decision=Decision(DecisionWord.REJECTED, (why,)))
    decision = judge_speed(comparison, bar, comparison.growth)
    return evolve(attempt, comparison=comparison, decision=decision)


def _bar(engine: Engine, version: Version) -> Bar:
    settings = engine.settings
    return Bar(
        settings.mutation_bar,
        settings.memory_limit,
        keeps_state=version.prepared.keeps_state and Part.COLD not in settings.without,
        trusted=version.candidate.trusted,
        adequacy=Part.ADEQUACY not in settings.without,
    )


async def _confirming(engine: Engine, search: Search, version: Version, *, strangers: bool) -> Comparison:
    """The measurement that decides: a second one, or the screening where that is all there is."""
    screening = version.attempt.screening
    if Part.CONFIRMATION in engine.settings.without and screening is not None:
        return _taken_at_its_word(screening)
    mode = version.confirmed_in
    if mode == "paired":
        await search.stopwatch.calibrate()
    return await search.stopwatch.confirm(
        ORIGINAL, version.prepared.side, mode, engine.settings.confirmations, strangers=strangers
    )


def _taken_at_its_word(screening: Comparison) -> Comparison:
    """A screening as a decision: what was worth confirming is faster, unless some input is slower."""
    if screening.outcome is not Outcome.CONTINUE:
        return screening
    slower = any(not each.allowed for each in screening.slower_inputs)
    return evolve(screening, outcome=Outcome.NOT_FASTER if slower else Outcome.FASTER)


def _with_parts_off(engine: Engine, result: TargetResult) -> TargetResult:
    without = engine.settings.without
    return evolve(
        result,
        decision=result.decision.qualified(off_sentence(without)),
        without=tuple(sorted(without)),
    )


def _closest(search: Search) -> Attempt | None:
    """The attempt that tells the reader most when nothing was confirmed.

    One that was left unjudged comes before all that were refused: of the target nothing is decided then.
    """

    def promise(attempt: Attempt) -> tuple[bool, float]:
        screening = attempt.screening
        return _unjudged(attempt), screening.interval.point if screening and screening.interval else 0.0

    return max(search.attempts.values(), key=promise, default=None)


def _unjudged(attempt: Attempt) -> bool:
    """Whether time or the machine kept a candidate from its decision."""
    late = isinstance(attempt.verdict, Undecided) and attempt.verdict.why == OUT_OF_TIME
    return late or attempt.decision.word is DecisionWord.INCONCLUSIVE
