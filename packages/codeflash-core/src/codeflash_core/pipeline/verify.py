"""The behaviour half of an evaluation: one given candidate, checked in depth."""

from __future__ import annotations

import time

from attrs import evolve

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt, Decision, DecisionWord, TargetResult
from codeflash_core.model.parts import Part, off_sentence
from codeflash_core.model.target import Target
from codeflash_core.pipeline.budget import Budget
from codeflash_core.pipeline.checking import check_candidate
from codeflash_core.pipeline.events import Finished, Progressed
from codeflash_core.pipeline.judge import Bar, judge_behaviour
from codeflash_core.pipeline.preparing import prepare_candidate
from codeflash_core.pipeline.settings import Engine


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
    budget = Budget(settings.budget_seconds, used=engine.steps.spent_on(target.id))
    prepared = await prepare_candidate(engine, target, candidate)
    candidate = candidate.with_cautions(prepared.cautions)
    attempt = Attempt(candidate, prepared.diff, prepared.refusal)
    if corpus.problem:
        attempt = evolve(attempt, decision=Decision(DecisionWord.NEEDS_EVIDENCE, (corpus.problem,)))
    elif not prepared.refusals:
        engine.emit(Progressed("check", target.id, "in depth"))
        bar = Bar(settings.mutation_bar, adequacy=Part.ADEQUACY not in settings.without)
        verdict = await check_candidate(engine, target, corpus, prepared, "full", budget=budget)
        settled = judge_behaviour(verdict, bar)
        decision = settled or Decision(DecisionWord.ACCEPTED, ("same behaviour on all the evidence",))
        attempt = evolve(attempt, verdict=verdict, decision=decision)
    reason = attempt.decision.reasons[0] if attempt.decision.reasons else ""
    engine.emit(Finished(target.id, attempt.decision.word.value, "", reason))
    return TargetResult(
        target.id,
        attempt.decision.qualified(off_sentence(settings.without)),
        best=attempt,
        attempts=(attempt,),
        grades=corpus.grades(),
        calls=len(corpus.calls),
        notes=corpus.notes,
        seconds=round(time.monotonic() - begun, 3),
        without=tuple(sorted(settings.without)),
    )
