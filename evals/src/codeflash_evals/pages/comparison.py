"""Two sets of results beside each other, as a table in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from codeflash_core.reports.text import table_cell, table_row
from codeflash_evals.pages.figures import shown, shown_change
from codeflash_evals.scores.changes import Row


def comparison(rows: Sequence[Row]) -> str:
    """The table.

    Args:
        rows: Scores of both.
    """
    lines = [table_row("subject", "score", "before", "after", "change", "cases", ""), table_row(*["---"] * 7)]
    for row in rows:
        change = row.change
        if change is None:
            continue
        lines.append(
            table_row(
                table_cell(row.subject, code=True),
                row.measure.title,
                shown(row.first, row.measure),
                shown(row.second, row.measure),
                shown_change(change.mean, row.measure),
                str(change.mean.cases),
                "**worse**" if row.regressed else "",
            )
        )
    return "\n".join([*lines, ""])
