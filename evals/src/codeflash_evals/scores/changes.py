"""How the scores changed from one set of results to another, paired by subject and case."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from codeflash_evals.scores.bootstrap import Change, Mean, change_of, holm, mean_of
from codeflash_evals.scores.measures import MEASURES, Better, Measure, by_case
from codeflash_evals.scores.record import CaseRun


@frozen
class Row:
    """One score of one subject.

    Attributes:
        subject: The subject.
        measure: The score.
        first: Its mean before, over all cases.
        second: Its mean after, over all cases.
        change: Second minus first, over the cases in common.
        regressed: Whether it is significantly worse, corrected over all rows.
    """

    subject: str
    measure: Measure
    first: Mean | None
    second: Mean | None
    change: Change | None
    regressed: bool = False


def changes(first: Sequence[CaseRun], second: Sequence[CaseRun]) -> tuple[Row, ...]:
    """The scores of each subject that both have, with what is significantly worse.

    Args:
        first: Results before.
        second: Results after.
    """
    subjects = sorted({run.key.subject for run in first} & {run.key.subject for run in second})
    rows = [_row(name, measure, first, second) for name in subjects for measure in MEASURES]
    p_values = {
        f"{row.subject} {row.measure.name}": row.change.worse_p
        for row in rows
        if row.change is not None and row.measure.better is not Better.NEITHER
    }
    worse = holm(p_values)
    return tuple(
        Row(
            row.subject,
            row.measure,
            row.first,
            row.second,
            row.change,
            f"{row.subject} {row.measure.name}" in worse,
        )
        for row in rows
    )


def _row(subject: str, measure: Measure, first: Sequence[CaseRun], second: Sequence[CaseRun]) -> Row:
    before, after = (
        by_case([run for run in runs if run.key.subject == subject], measure) for runs in (first, second)
    )
    sign = measure.better.value or 1
    return Row(
        subject,
        measure,
        mean_of(list(before.values())),
        mean_of(list(after.values())),
        change_of(before, after, sign=sign),
    )
