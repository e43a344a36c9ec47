"""From the engine's answer to the figures of a session."""

from __future__ import annotations

import math
from collections.abc import Sequence

from codeflash_core.experiments.values import Measured
from codeflash_core.model.comparison import Block
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.verdict import Different, Evidence, verdict_word
from codeflash_core.reports.document import counterexample_document
from codeflash_core.stats.blocks import estimate_block


def per_call(blocks: Sequence[Block], metric: str = "cpu") -> tuple[float | None, float | None]:
    """Nanoseconds per call of the workload's calls, original and candidate; None where nothing was timed."""
    sides: tuple[list[float], list[float]] = ([], [])
    for block in blocks:
        if block.problem or not block.inputs:
            continue
        inputs = estimate_block(block).inputs
        total = math.fsum(each.weight for each in inputs)
        for side, times in enumerate(sides):
            times.append(math.fsum(each.weight * each.pair(metric)[side] for each in inputs) / total)
    before, after = (math.fsum(times) / len(times) if times else None for times in sides)
    return before, after


def measured_of(result: TargetResult, delta: float) -> Measured:
    """The engine's answer on the one candidate of a run.

    Args:
        result: The answer.
        delta: The least gain asked for where nothing was measured.
    """
    best = result.best
    verdict = best.verdict if best else None
    comparison = best.comparison if best else None
    interval = comparison.interval if comparison else None
    before, after = per_call(comparison.blocks, comparison.metric) if comparison else (None, None)
    return Measured(
        verdict=verdict_word(verdict) if verdict is not None else "undecided",
        decision=result.decision.word.value,
        threshold=1.0 + (comparison.delta if comparison else delta),
        reasons=result.decision.reasons,
        counterexample=counterexample_document(verdict.counterexample)
        if isinstance(verdict, Different)
        else {},
        evidence=evidence_line(verdict.evidence if verdict is not None else Evidence(), result.calls),
        metric=comparison.metric if comparison else "cpu",
        point=interval.point if interval else None,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        level=interval.level if interval else None,
        before=before,
        after=after,
    )


def evidence_line(evidence: Evidence, calls: int) -> str:
    """What a verdict rests on, in one line."""
    parts = [f"{evidence.calls or calls} calls"]
    if evidence.tests_passed:
        parts.append(f"{evidence.tests_passed} tests")
    score = evidence.mutation_score
    if score is not None:
        parts.append(f"{score:.0%} of seeded faults caught")
    return ", ".join(parts)
