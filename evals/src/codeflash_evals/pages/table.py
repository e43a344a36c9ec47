"""Results as a table in Markdown: a row a class and one for all, a table a subject."""

from __future__ import annotations

from collections.abc import Sequence

from codeflash_core.reports.text import markdown_code, markdown_text, table_row
from codeflash_evals.cases.case import Kind
from codeflash_evals.pages.figures import shown
from codeflash_evals.scores.bootstrap import mean_of
from codeflash_evals.scores.measures import MEASURES, by_case
from codeflash_evals.scores.record import CaseRun, scored_otherwise

ALL = "all"


def markdown(runs: Sequence[CaseRun]) -> str:
    """Tables by subject, each with where and when it was measured.

    Args:
        runs: Case-runs of any subjects.
    """
    subjects = sorted({run.key.subject for run in runs})
    parts = [_subject(name, [run for run in runs if run.key.subject == name]) for name in subjects]
    return "\n".join(parts) if parts else "No results yet.\n"


def rows(runs: Sequence[CaseRun]) -> list[list[str]]:
    """The cells of a subject's table, the head first."""
    kinds = [kind.value for kind in Kind if any(run.kind == kind.value for run in runs)]
    table = [["class", "cases", "runs", *(measure.title for measure in MEASURES)]]
    for kind in [*kinds, *([ALL] if len(kinds) > 1 else [])]:
        some = [run for run in runs if kind in (run.kind, ALL)]
        cells = [kind, str(len({run.key.case for run in some})), str(len(some))]
        for measure in MEASURES:
            cells.append(shown(mean_of(list(by_case(some, measure).values())), measure))
        table.append(cells)
    return table


def conditions(runs: Sequence[CaseRun]) -> str:
    """Where, when and with how much time the runs were made, a sentence."""
    machines = sorted(
        {f"{run.machine.get('processor', 'unknown')}, {run.machine.get('cores', '?')} cores" for run in runs}
    )
    days = sorted({run.recorded[:10] for run in runs})
    budgets = sorted({run.budget_seconds for run in runs})
    versions = sorted({run.version for run in runs})
    span = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    earlier = scored_otherwise(runs)
    scored = (
        f" Scored on later calls only, not on the first one of a process: {earlier} of the runs."
        if earlier
        else ""
    )
    return (
        f"{span} on {'; '.join(machines)}; codeflash {', '.join(versions)}, "
        f"{', '.join(f'{each:g} s' for each in budgets)} for one function. "
        "Means over cases, with 95 % bootstrap intervals from five cases on."
        f"{scored}"
    )


def _subject(name: str, runs: Sequence[CaseRun]) -> str:
    head, *body = rows(runs)
    lines = [f"### {markdown_code(name)}", "", markdown_text(conditions(runs)), ""]
    lines += [table_row(*head), table_row("---", *["---:"] * (len(head) - 1))]
    lines += [table_row(*cells) for cells in body]
    remarks = remarks_on(runs)
    lines += [""] * bool(remarks)
    lines += [f"- {markdown_code(case)}: {markdown_text(text)}" for case, text in remarks]
    return "\n".join([*lines, ""])


def remarks_on(runs: Sequence[CaseRun]) -> list[tuple[str, str]]:
    """Case and sentence for each false claim and each failure."""
    claims = [
        (run.key.case, f"false claim: {run.scores.false_claim}")
        for run in runs
        if run.scores and run.scores.false_claim
    ]
    failed = [(run.key.case, f"failed: {run.problem}") for run in runs if run.scores is None]
    return [*claims, *failed]
