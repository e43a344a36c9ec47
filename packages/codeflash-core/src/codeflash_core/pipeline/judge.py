"""From a verdict and a comparison to a decision. Nothing is measured or run here."""

from __future__ import annotations

from typing import assert_never

from attrs import frozen

from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_core.model.comparison import Comparison, Growth, Interval, Outcome
from codeflash_core.model.decision import Decision, DecisionWord
from codeflash_core.model.verdict import Different, Evidence, Same, Undecided, Verdict
from codeflash_core.stats.growth import grows_worse

MEMORY_NAMED = 1.1
"""Peak memory ratio above which the reader is told."""


@frozen
class Bar:
    """What an accepted change has to reach.

    Attributes:
        mutation_score: Share of seeded faults caught, 0 to 1.
        memory_ratio: Most peak memory over the original's.
        keeps_state: Whether the change keeps state across calls, so that the cold figure decides.
        trusted: Whether the change comes from the built-in catalogue, which does not cheat.
        adequacy: Whether it counts what the checks would notice and reach.
    """

    mutation_score: float = 0.9
    memory_ratio: float = 1.5
    keeps_state: bool = False
    trusted: bool = False
    adequacy: bool = True


def judge_behaviour(verdict: Verdict, bar: Bar) -> Decision | None:
    """The decision when behaviour alone settles it, else None."""
    match verdict:
        case Different(counterexample=found):
            place = f" at {found.where}" if found.where else ""
            differs = f"behaviour differs in {found.facet}{place}: {found.original} became {found.candidate}"
            seen = verdict.evidence
            if seen.only_recorded and seen.suspicion is not None:
                return Decision.cheating(seen.suspicion, differs)
            return Decision(DecisionWord.REJECTED, (differs,))
        case Undecided(why=why, detail=detail):
            return Decision(DecisionWord.NEEDS_EVIDENCE, (f"undecided: {why}", *([detail] if detail else [])))
        case Same(evidence=evidence):
            return _judge_evidence(evidence, bar)
    assert_never(verdict)


def _judge_evidence(evidence: Evidence, bar: Bar) -> Decision | None:
    if not evidence.calls and not evidence.tests_passed:
        return Decision(DecisionWord.NEEDS_EVIDENCE, ("no input and no test exercises the change",))
    if not bar.adequacy:
        return None
    if evidence.unseeded:
        return Decision(
            DecisionWord.NEEDS_EVIDENCE,
            (f"nobody knows what the checks would notice, no faults could be seeded: {evidence.unseeded}",),
        )
    if evidence.unreached:
        return Decision(
            DecisionWord.NEEDS_EVIDENCE,
            tuple(f"no input reaches {place}" for place in evidence.unreached[:5]),
        )
    score = evidence.mutation_score
    covered = sum(fault.fallback for fault in evidence.faults)
    if score is None and covered:
        return Decision(
            DecisionWord.NEEDS_EVIDENCE,
            (f"no seeded fault shows what the checks would notice: {covered} only made the fallback answer",),
        )
    if score is not None and score < bar.mutation_score:
        survivors = [fault for fault in evidence.faults if not fault.caught and fault.counts]
        shown = [f"not caught: line {fault.line}: {fault.before} -> {fault.after}" for fault in survivors[:5]]
        return Decision(
            DecisionWord.NEEDS_EVIDENCE,
            (
                f"the checks catch {score:.0%} of the seeded faults, {bar.mutation_score:.0%} are asked for",
                *shown,
            ),
        )
    return None


def judge_speed(comparison: Comparison, bar: Bar, growth: Growth | None = None) -> Decision:
    """The decision for a change whose behaviour is the same."""
    if comparison.outcome is Outcome.NOT_FASTER:
        return Decision(DecisionWord.REJECTED, (_why_not_faster(comparison),))
    if comparison.outcome is not Outcome.FASTER or comparison.interval is None:
        reason = comparison.problem or "the intervals still overlap after the last look"
        return Decision(DecisionWord.INCONCLUSIVE, (f"no decision on speed: {reason}",))
    threshold = 1.0 + comparison.delta
    if bar.keeps_state and (comparison.cold is None or comparison.cold.low <= threshold):
        return _judge_cache(comparison, comparison.interval, threshold, trusted=bar.trusted)
    if comparison.memory_ratio is not None and comparison.memory_ratio > bar.memory_ratio:
        return Decision(
            DecisionWord.REJECTED, (f"it needs {comparison.memory_ratio:.1f} times the memory at its peak",)
        )
    if growth is not None and grows_worse(growth):
        before, after = growth.a_exponent[0], growth.b_exponent[0]
        return Decision(
            DecisionWord.REJECTED, (f"it grows worse with size: n^{before:.2f} became n^{after:.2f}",)
        )
    return Decision(DecisionWord.ACCEPTED, _praise(comparison))


def _judge_cache(comparison: Comparison, warm: Interval, threshold: float, *, trusted: bool) -> Decision:
    """A cheat where kept answers are the whole gain: the cold figure shows none, and lies apart from the warm one."""
    cold = comparison.cold
    why = f"it keeps state across calls and is not faster cold: {cold or 'not measured'}"
    if trusted or cold is None or cold.point > threshold or cold.high >= warm.low:
        return Decision(DecisionWord.REJECTED, (why,))
    fact = f"{warm} on calls that come again, {cold} on calls that do not"
    return Decision.cheating(Cheat(CheatKind.CACHE_ACROSS_CALLS, fact), why)


def judge_recorded(verdict: Verdict, screening: Comparison | None, confirming: Comparison) -> Decision | None:
    """The refusal of a change that gains on the recorded inputs, which its text holds, and on no others.

    Args:
        verdict: What is known of its behaviour.
        screening: The measurement on the recorded inputs.
        confirming: The measurement on inputs like them that were not recorded.
    """
    suspicion, figure = verdict.evidence.suspicion, confirming.interval
    if suspicion is None or screening is None or screening.interval is None or figure is None:
        return None
    seen = screening.interval
    if confirming.outcome is not Outcome.NOT_FASTER or seen.point <= 1.0 + screening.delta:
        return None
    if seen.point <= figure.high:
        return None
    return Decision.cheating(
        suspicion, f"{seen} on the inputs that were recorded, {figure} on others like them"
    )


def judge_untimed(verdict: Verdict) -> Decision:
    """The answer to a change that holds the recorded inputs where no others like them can be timed."""
    return Decision(
        DecisionWord.NEEDS_EVIDENCE,
        (
            "no input like the recorded ones could be made to show what it gains on others",
            *([verdict.evidence.suspicion.fact] if verdict.evidence.suspicion else []),
        ),
    )


def judge_timed_results(verdict: Verdict | None, why: str, *, trusted: bool) -> Decision:
    """The refusal of a change whose results differed while it was timed.

    Args:
        verdict: What the check said; it called each input as often as a test would.
        why: What was seen.
        trusted: Whether it comes from the built-in catalogue.
    """
    if trusted or not isinstance(verdict, Same):
        return Decision(DecisionWord.REJECTED, (why,))
    return Decision.cheating(Cheat(CheatKind.TIMING_HOOK, f"{why}, and only then"))


def _why_not_faster(comparison: Comparison) -> str:
    worse = [each for each in comparison.slower_inputs if not each.allowed]
    if worse:
        first = worse[0]
        return f"slower by {first.loss_ns:.0f} ns a call on an input with {first.share:.0%} of the time"
    figure = f": {comparison.interval}" if comparison.interval else ""
    return f"not faster by {comparison.delta:.0%}{figure}"


def _praise(comparison: Comparison) -> tuple[str, ...]:
    reasons = [f"same behaviour, and {comparison.interval} faster on {comparison.metric} time"]
    ratio = comparison.memory_ratio
    if ratio is not None and ratio > MEMORY_NAMED:
        reasons.append(f"peak memory grows by {ratio - 1:.0%}")
    slower = comparison.slower_inputs
    if slower:
        share = sum(each.share for each in slower)
        most = max(each.loss_ns for each in slower)
        noun = "input" if len(slower) == 1 else "inputs"
        reasons.append(f"{len(slower)} {noun} with {share:.1%} of the time lose at most {most:.0f} ns a call")
    return tuple(reasons)
