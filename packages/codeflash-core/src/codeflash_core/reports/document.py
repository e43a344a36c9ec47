"""The JSON document that scripts and agents rely on. Keys are added, never renamed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from codeflash_core.model.comparison import Comparison, Control, Interval
from codeflash_core.model.decision import Attempt, DecisionWord, TargetResult
from codeflash_core.model.run import SCHEMA_VERSION, RunReport
from codeflash_core.model.spending import Bill
from codeflash_core.model.target import Ranked
from codeflash_core.model.verdict import Counterexample, Different, Evidence, Undecided, verdict_word
from codeflash_core.ports.language import Profile
from codeflash_core.reports import lineage


def result_document(result: TargetResult, run: str) -> dict[str, Any]:
    """One target's answer as plain JSON.

    Args:
        result: The answer.
        run: Id of the run.
    """
    best = result.best
    verdict = best.verdict if best else None
    found = verdict.counterexample if isinstance(verdict, Different) else None
    return {
        "target": result.target,
        "decision": result.decision.word.value,
        "verdict": verdict_word(verdict) if verdict is not None else "undecided",
        "counterexample": counterexample_document(found) if found else None,
        "speedup": _speedup(best, result.control),
        "evidence": _evidence(verdict.evidence if verdict is not None else Evidence(), result),
        "candidate": _candidate(best),
        "reasons": list(result.decision.reasons),
        "cheat": result.decision.cheat.value if result.decision.cheat else None,
        "run": run,
        "undecided": verdict.why if isinstance(verdict, Undecided) else None,
        "attempts": len(result.attempts),
        "cheats": [_cheat(attempt) for attempt in result.attempts if attempt.decision.cheat],
        "notes": list(result.notes),
        "seconds": result.seconds,
        "lineage": lineage.descent_document(result),
        "cost": lineage.bill_document(
            Bill.of(result.requests), int(result.decision.word is DecisionWord.ACCEPTED)
        ),
        "requests": [lineage.request_document(each) for each in result.requests],
        "opinions": [
            {"source": each.source, "step": each.step, "text": each.text} for each in result.opinions
        ],
        "parts_off": list(result.without),
    }


def _cheat(attempt: Attempt) -> dict[str, Any]:
    cheat, reasons = attempt.decision.cheat, attempt.decision.reasons
    return {
        "source": attempt.candidate.source,
        "cheat": cheat.value if cheat else None,
        "reason": reasons[0] if reasons else "",
    }


def run_document(report: RunReport) -> dict[str, Any]:
    """A whole run as plain JSON."""
    floors = [result.control.noise_floor for result in report.results if result.control]
    return {
        "schema": SCHEMA_VERSION,
        "run": report.run,
        "results": [result_document(result, report.run) for result in report.results],
        "noise_floor": round(max(floors), 5) if floors else None,
        "machine": dict(report.machine.facts),
        "sandbox": report.sandbox,
        "unconfined": list(report.unconfined),
        "seed": report.seed,
        "version": report.version,
        "seconds": report.seconds,
        "command": report.command,
        "notes": list(report.notes),
        "cost": lineage.bill_document(
            lineage.bill_of(report.results),
            sum(each.decision.word is DecisionWord.ACCEPTED for each in report.results),
        ),
    }


def difference_document(
    outcome: str, interval: Interval | None, control: Control | None, clock: str, more: Mapping[str, Any]
) -> dict[str, Any]:
    """A two-sided comparison as plain JSON.

    Args:
        outcome: The second version against the first.
        interval: Time of the first over time of the second.
        control: The first against itself.
        clock: Which clock decided.
        more: What else there is to tell.
    """
    return {
        "schema": SCHEMA_VERSION,
        "outcome": outcome,
        "speedup": {**_interval(interval, control), "clock": clock} if interval else None,
        **more,
    }


def _interval(interval: Interval, control: Control | None) -> dict[str, Any]:
    return {
        "point": _finite(interval.point),
        "low": _finite(interval.low),
        "high": _finite(interval.high),
        "level": round(interval.level, 5),
        "blocks": interval.blocks,
        "noise_floor": round(control.noise_floor, 5) if control else None,
    }


def _finite(value: float) -> float | None:
    """A ratio; None for a bound without an end, which JSON has no number for."""
    return round(value, 4) if math.isfinite(value) else None


def profile_document(profile: Profile, ranked: Sequence[Ranked]) -> dict[str, Any]:
    """Where the time goes as plain JSON.

    Args:
        profile: What was measured.
        ranked: The targets to tell of.
    """
    return {
        "total_seconds": profile.total_seconds,
        "notes": list(profile.notes),
        "targets": [
            {
                "target": each.target.id,
                "own_seconds": each.own_seconds,
                "cumulative_seconds": each.cumulative_seconds,
                "calls": each.calls,
                "share": each.share,
                "gain_seconds": each.gain_seconds,
                "hints": list(each.hints),
            }
            for each in ranked
        ],
    }


def counterexample_document(found: Counterexample) -> dict[str, Any]:
    """A counterexample as plain data."""
    return {
        "call": found.call,
        "facet": found.facet,
        "where": found.where,
        "original": found.original,
        "candidate": found.candidate,
        "origin": found.origin,
        "shrunk": found.shrunk,
        "note": found.note,
    }


def _measured(best: Attempt | None) -> Comparison | None:
    if best is None:
        return None
    return best.comparison


def _speedup(best: Attempt | None, control: Control | None) -> dict[str, Any] | None:
    measured = _measured(best)
    if measured is None or measured.interval is None:
        return None
    return {
        **_interval(measured.interval, control),
        "cold_low": round(measured.cold.low, 4) if measured.cold else None,
        "clock": measured.metric,
        "memory_ratio": round(measured.memory_ratio, 3) if measured.memory_ratio else None,
    }


def _evidence(evidence: Evidence, result: TargetResult) -> dict[str, Any]:
    score = evidence.mutation_score
    return {
        "calls": evidence.calls or result.calls,
        "grades": dict(evidence.grades) or dict(result.grades),
        "mutation_score": round(score, 4) if score is not None else None,
        "faults": len(evidence.faults),
        "faults_counted": sum(fault.counts for fault in evidence.faults),
        "faults_covered_by_fallback": sum(fault.fallback for fault in evidence.faults),
        "tests_passed": evidence.tests_passed,
        "tests_failed": list(evidence.tests_failed),
        "hash_seeds": evidence.hash_seeds,
        "fuzzed": evidence.fuzzed,
        "divergence_bound": evidence.divergence_bound,
        "notes": list(evidence.notes),
    }


def _candidate(best: Attempt | None) -> dict[str, Any] | None:
    if best is None:
        return None
    return {
        "id": best.candidate.id,
        "source": best.candidate.source,
        "steps": list(best.candidate.steps),
        "diff": best.diff,
        "why": best.candidate.why,
        "cautions": list(best.candidate.cautions),
    }
