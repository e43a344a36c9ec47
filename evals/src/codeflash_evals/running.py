"""One case-run from beginning to end: the subject's attempt, then the hidden side, then the scores."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from codeflash_cli import __version__
from codeflash_core.errors import CodeflashError
from codeflash_core.records.journal import disk_errors
from codeflash_core.sandbox import Confinement, remove
from codeflash_evals.cases.case import Case
from codeflash_evals.hidden.behaviour import Word, same_behaviour
from codeflash_evals.hidden.measuring import Broken, measure
from codeflash_evals.hidden.opening import chamber_of, question_of, workload_of
from codeflash_evals.hidden.saving import Savings
from codeflash_evals.scores.record import CaseRun, Key, Scores
from codeflash_evals.scores.scoring import Observed, diff_lines, scores_of
from codeflash_evals.subjects.engine import Attempt, Effort, attempt
from codeflash_evals.subjects.names import Subject


@frozen
class Conditions:
    """What all case-runs of a run share.

    Attributes:
        subject: Who is measured.
        variables: That lead to its service.
        confinement: How foreign code is held.
        machine: Where it runs.
        scratch: Where copies and records go.
    """

    subject: Subject
    variables: Mapping[str, str]
    confinement: Confinement
    machine: Mapping[str, str]
    scratch: Path


async def run_case(case: Case, turn: int, effort: Effort, conditions: Conditions) -> CaseRun:
    """Let the subject work on a copy of the case's project and score what it did.

    Args:
        case: The case.
        turn: Counted from 1.
        effort: How much the subject may try.
        conditions: What all case-runs share.
    """
    # The folder's name must not tell the subject which case it is.
    folder = conditions.scratch / f"run-{abs(hash((case.id, turn))):x}"
    remove(folder)
    try:
        copy = folder / "project"
        with disk_errors(copy):
            shutil.copytree(case.project, copy, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
        tried = await attempt(
            conditions.subject,
            copy,
            folder / "state",
            evolve(effort, words=case.words),
            conditions.variables,
            case.asked,
        )
        scores, problem = None, tried.problem
        if not problem:
            try:
                scores = scores_of(
                    case, await observe(case, tried, folder / "hidden", conditions.confinement)
                )
            except CodeflashError as error:
                problem = f"it could not be scored: {error.message}"
    finally:
        remove(folder)
    return _recorded(case, turn, effort, conditions, tried, scores, problem)


async def observe(case: Case, tried: Attempt, scratch: Path, confinement: Confinement) -> Observed:
    """What the hidden side says of an attempt.

    Args:
        case: The case.
        tried: What the subject did.
        scratch: A folder that is not there yet, for copies.
        confinement: How foreign code is held.

    Raises:
        CodeflashError: The copies can't be made.
    """
    accepted = {claim.target: claim.low for claim in tried.claims if claim.decision == "accepted"}
    seen = Observed(ranked=tried.ranked, accepted=accepted)
    if not tried.changes:
        return seen
    before = {name: _bytes(case.project / name) for name in tried.changes}
    chamber = chamber_of(case, scratch, confinement)
    original, after = chamber.version("before", {}), chamber.version("after", tried.changes)
    sameness = await same_behaviour(chamber, original, after, question_of(case))
    seen = evolve(
        seen,
        changed_files=tuple(tried.changes),
        diff_lines=diff_lines(before, tried.changes),
        same=sameness.word.value,
        where=sameness.where,
    )
    if sameness.word is Word.DIFFERENT:
        return seen
    others = [after, *([chamber.version("reference", case.reference)] if case.reference else [])]
    measured = await measure(chamber, original, others, workload_of(case))
    if isinstance(measured, Broken) and measured.version == after.name:
        return evolve(seen, same=Word.DIFFERENT.value, where=measured.why)
    if not isinstance(measured, Savings):
        return evolve(seen, same=Word.UNDECIDED.value, where=measured.why)
    return evolve(seen, **_figures(measured))


def _figures(measured: Savings) -> Mapping[str, Any]:
    """What is told of the changed tree; the reference is held against it on the same calls."""
    counts, cheat = measured.worse("after"), measured.cheat("after")
    return {
        "saving": counts.intervals["after"],
        "cold": measured.cold.intervals["after"],
        "warm": measured.warm.intervals["after"] if measured.warm else None,
        "reference": counts.intervals.get("reference"),
        "logs": (counts.logs["after"], counts.logs.get("reference", ())),
        "unit": counts.unit,
        "cheat": str(cheat or ""),
    }


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _recorded(
    case: Case,
    turn: int,
    effort: Effort,
    conditions: Conditions,
    tried: Attempt,
    scores: Scores | None,
    problem: str,
) -> CaseRun:
    return CaseRun(
        key=Key(case.id, conditions.subject.name, turn),
        kind=case.kind.value,
        expect=case.expect.value,
        scores=scores,
        problem=problem,
        decisions={claim.target: claim.decision for claim in tried.claims},
        reasons={claim.target: claim.reason for claim in tried.claims},
        seconds=round(tried.seconds, 2),
        cost_usd=tried.cost_usd,
        budget_seconds=effort.budget_seconds,
        seed=effort.seed,
        machine=conditions.machine,
        recorded=datetime.now(UTC).isoformat(timespec="seconds"),
        version=__version__,
    )
