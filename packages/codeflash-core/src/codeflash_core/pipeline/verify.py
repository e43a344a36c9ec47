"""The behaviour half of an evaluation: one given candidate, checked in depth."""

from __future__ import annotations

import time

from attrs import evolve

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord, TargetResult
from codeflash_core.model.side import Prepared
from codeflash_core.model.target import Target
from codeflash_core.model.verdict import Verdict
from codeflash_core.pipeline.events import Finished, Progressed
from codeflash_core.pipeline.judge import Bar, judge_behaviour
from codeflash_core.pipeline.settings import Engine
from codeflash_core.ports.language import CheckRequest


async def verify_target(engine: Engine, target: Target, corpus: Corpus, candidate: Candidate) -> TargetResult:
    """Check one candidate; nothing is timed.

    Args:
        engine: What the run works with.
        target: The target.
        corpus: What was observed of it.
        candidate: The change to check.

    Returns:
        The decision: ``accepted`` when the behaviour is the same on enough evidence.
    """
    begun = time.monotonic()
    settings = engine.settings
    prepared = await engine.steps.once(
        f"prepare:{target.id}:{candidate.id}",
        Prepared,
        lambda: engine.language.prepare(engine.project, target, candidate),
    )
    attempt = Attempt(candidate, prepared.diff, Decision(DecisionWord.REJECTED, prepared.refusals))
    if corpus.problem:
        attempt = evolve(attempt, decision=Decision(DecisionWord.NEEDS_EVIDENCE, (corpus.problem,)))
    elif not prepared.refusals:
        engine.emit(Progressed("check", target.id, "in depth"))
        request = CheckRequest(
            target=target,
            candidate=prepared.side,
            corpus=corpus,
            workload=engine.workload,
            seed=settings.seed,
            fuzz_cases=settings.fuzz_cases,
            float_tolerance=settings.float_tolerance,
            adds=prepared.adds,
        )
        verdict = await engine.steps.once(
            f"check-full:{target.id}:{candidate.id}",
            Verdict,
            lambda: engine.language.check(engine.project, request),
        )
        settled = judge_behaviour(verdict, Bar(settings.mutation_bar))
        decision = settled or Decision(DecisionWord.ACCEPTED, ("same behaviour on all the evidence",))
        attempt = evolve(attempt, verdict=verdict, decision=decision)
    reason = attempt.decision.reasons[0] if attempt.decision.reasons else ""
    engine.emit(Finished(target.id, attempt.decision.word.value, "", reason))
    return TargetResult(
        target.id,
        attempt.decision,
        best=attempt,
        attempts=(attempt,),
        grades=corpus.grades(),
        calls=len(corpus.calls),
        notes=corpus.notes,
        seconds=round(time.monotonic() - begun, 3),
    )
