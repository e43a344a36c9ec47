"""Results as one HTML page without scripts that opens anywhere and loads nothing."""

from __future__ import annotations

from collections.abc import Sequence

from codeflash_core.reports import figures
from codeflash_core.reports.html import opening
from codeflash_core.reports.text import escape
from codeflash_evals.pages.table import conditions, remarks_on, rows
from codeflash_evals.scores.record import CaseRun

TITLE = "codeflash evals"


def render_html(runs: Sequence[CaseRun]) -> str:
    """The page, to be written as UTF-8.

    Args:
        runs: Case-runs of any subjects.
    """
    subjects = sorted({run.key.subject for run in runs})
    sections = [_subject(name, [run for run in runs if run.key.subject == name]) for name in subjects]
    return "".join(
        [
            opening(TITLE),
            f'<header class="top"><h1>{TITLE}</h1><p class="muted">{len(runs)} runs of '
            f"{len({run.key.case for run in runs})} cases</p></header><main>",
            *(sections or ['<section class="card"><p>No results yet.</p></section>']),
            "</main><footer></footer></body></html>\n",
        ]
    )


def _subject(name: str, runs: Sequence[CaseRun]) -> str:
    head, *body = rows(runs)
    remarks = "".join(
        f"<li><code>{escape(case)}</code>: {escape(text)}</li>" for case, text in remarks_on(runs)
    )
    listed = f'<ul class="cautions">{remarks}</ul>' if remarks else ""
    return (
        f'<section class="card"><h2>{escape(name)}</h2><p class="muted">{escape(conditions(runs))}</p>'
        f"{_table(head, body)}{listed}"
        f"<details><summary>every run</summary>{_table(_RUN_HEAD, [_run(run) for run in runs])}</details></section>"
    )


_RUN_HEAD = [
    "case",
    "class",
    "turn",
    "rank",
    "behaviour",
    "hidden workload",
    "reference",
    "share",
    "lines",
    "time",
    "decisions",
]


def _run(run: CaseRun) -> list[str]:
    found = run.scores
    decisions = "; ".join(
        f"{target}: {word} ({run.reasons.get(target, '')})" for target, word in run.decisions.items()
    )
    if found is None:
        return [
            run.key.case,
            run.kind,
            str(run.key.turn),
            *[""] * 6,
            figures.seconds(run.seconds),
            run.problem,
        ]
    return [
        run.key.case,
        run.kind,
        str(run.key.turn),
        str(found.rank or ""),
        found.same,
        f"{found.saving} {found.unit}" if found.saving else "",
        str(found.reference or ""),
        "" if found.share is None else f"{found.share:.2f}",
        str(found.diff_lines),
        figures.seconds(run.seconds),
        decisions,
    ]


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>" for cells in body)
    return f'<div class="scroll"><table class="list"><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'
