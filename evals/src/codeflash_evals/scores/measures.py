"""The scores that are summed up over cases, each with the direction in which it is better."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from statistics import fmean

from attrs import frozen

from codeflash_evals.cases.case import Kind
from codeflash_evals.scores.record import CaseRun, Scores

MOST_SHARE = 1.0
"""A share is bounded to this on both sides, so that one case can't outweigh all others."""


class Better(Enum):
    """Which way a score is better."""

    HIGHER = 1
    LOWER = -1
    NEITHER = 0
    """It is told, and no change of it is a regression: it depends on the machine."""


@frozen
class Measure:
    """A score as it is summed up.

    Attributes:
        name: Its name in documents.
        title: Its name in tables.
        of: The figure of one case-run; None where the score does not apply to it.
        better: Which way it is better.
        form: How its mean is written: ``percent``, ``ratio`` (of a mean of logarithms), ``number``, ``seconds`` or ``usd``.
    """

    name: str
    title: str
    of: Callable[[CaseRun], float | None]
    better: Better
    form: str = "percent"


def _to_be_found(of: Callable[[Scores], float | None]) -> Callable[[CaseRun], float | None]:
    """A figure where something was planted; who fails has found nothing."""

    def figure(run: CaseRun) -> float | None:
        if run.expect != "faster":
            return None
        return 0.0 if run.scores is None else of(run.scores)

    return figure


def _scored(of: Callable[[Scores], float | None]) -> Callable[[CaseRun], float | None]:
    """A figure of every case-run that has scores."""
    return lambda run: None if run.scores is None else of(run.scores)


def _earned_low(scores: Scores) -> float:
    """Logarithm of the lower bound where behaviour is the same, else nothing: nobody could merge it."""
    return (
        math.log(scores.saving.low)
        if scores.saving and scores.same == "same" and scores.saving.low > 0
        else 0.0
    )


def _solved(scores: Scores) -> float:
    return float(scores.same == "same" and scores.saving is not None and scores.saving.low > 1.0)


def _found(run: CaseRun) -> float | None:
    """Who is told where to look has nothing to find."""
    if run.expect != "faster" or run.kind == Kind.REAL_PACKAGE:
        return None
    return float(bool(run.scores and run.scores.found))


def _same(scores: Scores) -> float | None:
    return None if scores.same == "unchanged" else float(scores.same == "same")


def _share(scores: Scores) -> float | None:
    return None if scores.share is None else max(-MOST_SHARE, min(MOST_SHARE, scores.share))


def _lines(scores: Scores) -> float | None:
    return float(scores.diff_lines) if scores.same != "unchanged" else None


MEASURES = (
    Measure("found", "spot found", _found, Better.HIGHER),
    Measure("solved", "faster and same", _to_be_found(_solved), Better.HIGHER),
    Measure("speedup", "lower bound", _to_be_found(_earned_low), Better.HIGHER, "ratio"),
    Measure("share", "of the reference", _to_be_found(_share), Better.HIGHER),
    Measure("same", "same behaviour", _scored(_same), Better.HIGHER),
    Measure(
        "false_claims", "false claims", _scored(lambda scores: float(bool(scores.false_claim))), Better.LOWER
    ),
    Measure("diff_lines", "lines changed", _scored(_lines), Better.LOWER, "number"),
    Measure("seconds", "time", lambda run: run.seconds, Better.NEITHER, "seconds"),
    Measure("cost", "cost", lambda run: run.cost_usd, Better.NEITHER, "usd"),
    Measure("failed", "failed", lambda run: float(run.scores is None), Better.LOWER),
)


def by_case(runs: Sequence[CaseRun], measure: Measure) -> Mapping[str, float]:
    """The mean over a case's runs, by case; without cases that the score does not apply to."""
    values: dict[str, list[float]] = {}
    for run in runs:
        value = measure.of(run)
        if value is not None:
            values.setdefault(run.key.case, []).append(value)
    return {case: fmean(each) for case, each in values.items()}
