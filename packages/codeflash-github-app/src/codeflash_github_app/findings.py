"""What the engine's JSON document tells, as values: it is data from a child process and is believed in nothing but its shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from codeflash_core.errors import StageError
from codeflash_core.model.comparison import Interval


@frozen
class Finding:
    """What was found for one function.

    Attributes:
        target: ``path::function``.
        decision: ``accepted``, ``rejected``, ``inconclusive`` or ``needs-evidence``.
        interval: The speedup; None where none was measured.
        cold_low: Lower bound on fresh inputs and cold caches; None where it is not told.
        clock: Which clock decided.
        memory_ratio: Peak memory after over before; None where it is not told.
        evidence: What says that it behaves the same: a sentence each.
        candidate: The candidate's id; empty when there is none.
        source: Who proposed it.
        diff: The change, a unified diff.
        why: Why it is faster.
        cautions: What to know before merging.
        reasons: Why it was decided so.
    """

    target: str
    decision: str
    interval: Interval | None = None
    cold_low: float | None = None
    clock: str = "cpu"
    memory_ratio: float | None = None
    evidence: tuple[str, ...] = ()
    candidate: str = ""
    source: str = ""
    diff: str = ""
    why: str = ""
    cautions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The file."""
        return self.target.partition("::")[0]

    @property
    def function(self) -> str:
        """The function's dotted name in it."""
        return self.target.partition("::")[2]

    def worth(self, least: float) -> bool:
        """Whether it is accepted, and faster by a factor at least, by the lower bound."""
        return self.decision == "accepted" and self.interval is not None and self.interval.low >= least


@frozen
class Findings:
    """What one run of the engine found.

    Attributes:
        run: The run's name.
        of: One for each function.
        noise_floor: Largest noise floor, as a fraction; None where nothing was measured.
        machine: Facts of the machine.
        sandbox: How foreign code was confined.
        seconds: Time that all of it took.
        version: The engine's version.
        notes: What a reader should know.
    """

    run: str = ""
    of: tuple[Finding, ...] = ()
    noise_floor: float | None = None
    machine: Mapping[str, str] = {}
    sandbox: str = ""
    seconds: float = 0.0
    version: str = ""
    notes: tuple[str, ...] = ()


def findings_of(document: Mapping[str, Any]) -> Findings:
    """What ``codeflash optimize --json`` found.

    Args:
        document: What it printed.

    Raises:
        StageError: It is no such document.
    """
    try:
        return Findings(
            run=str(document["run"]),
            of=tuple(_finding(each) for each in document["results"]),
            noise_floor=_number(document.get("noise_floor")),
            machine={str(name): str(value) for name, value in (document.get("machine") or {}).items()},
            sandbox=str(document.get("sandbox") or ""),
            seconds=_number(document.get("seconds")) or 0.0,
            version=str(document.get("version") or ""),
            notes=_texts(document.get("notes")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise StageError(
            "engine",
            f"the engine's answer is none: {type(problem).__name__}: {problem}",
            "Let the app and the engine have the same version.",
        ) from problem


def _finding(each: Mapping[str, Any]) -> Finding:
    told, candidate = each.get("speedup") or {}, each.get("candidate") or {}
    return Finding(
        target=str(each["target"]),
        decision=str(each["decision"]),
        interval=_interval(told) if told else None,
        cold_low=_number(told.get("cold_low")),
        clock=str(told.get("clock") or "cpu"),
        memory_ratio=_number(told.get("memory_ratio")),
        evidence=_evidence(each.get("evidence") or {}),
        candidate=str(candidate.get("id") or ""),
        source=str(candidate.get("source") or ""),
        diff=str(candidate.get("diff") or ""),
        why=str(candidate.get("why") or ""),
        cautions=_texts(candidate.get("cautions")),
        reasons=_texts(each.get("reasons")),
    )


def _interval(told: Mapping[str, Any]) -> Interval:
    low, high = _number(told["low"]), _number(told["high"])
    return Interval(
        point=float(told["point"]),
        low=0.0 if low is None else low,
        high=math.inf if high is None else high,
        level=float(told["level"]),
        blocks=int(told["blocks"]),
    )


def _evidence(told: Mapping[str, Any]) -> tuple[str, ...]:
    said = []
    calls, grades = told.get("calls"), told.get("grades") or {}
    if calls:
        kinds = ", ".join(f"{int(count):,} {kind}" for kind, count in grades.items())
        said.append(f"{int(calls):,} calls compared{f' ({kinds})' if kinds else ''}")
    if told.get("fuzzed"):
        said.append(f"{int(told['fuzzed']):,} made-up inputs tried")
    if told.get("tests_passed"):
        said.append(f"{int(told['tests_passed']):,} tests pass")
    score = _number(told.get("mutation_score"))
    if score is not None:
        said.append(f"{score:.0%} of {int(told.get('faults_counted') or 0):,} seeded faults are caught")
    return tuple(said)


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in values or ())


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a finite number is wanted")
    return number
