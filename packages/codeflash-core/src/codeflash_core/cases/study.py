"""The case study: prose, the rows that it rests on, and a plot. The same records give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

from codeflash_core.cases.prose import HEADINGS, Prose
from codeflash_core.model.comparison import Interval
from codeflash_core.records.results_tsv import Row, RowStatus
from codeflash_core.reports import figures
from codeflash_core.reports.plots import IntervalRow, interval_plot
from codeflash_core.reports.style import STYLE
from codeflash_core.reports.text import markdown_text, table_cell, table_row

SUMMARY, PLOT = "summary.md", "speedups.svg"
FIRST_LINE = 3
"""The line of ``results.tsv`` on which the first row stands."""


def summary_page(prose: Prose, rows: Sequence[Row], data: str) -> str:
    """The page.

    Args:
        prose: What people wrote.
        rows: All rows of the case, in the order of the file.
        data: Link from the page to ``results.tsv``.
    """
    told = [(number, row) for number, row in enumerate(rows, FIRST_LINE) if row.speedup is not None]
    parts = [f"# {prose.title}", ""]
    for heading in HEADINGS[:2]:
        parts += [f"## {heading}", "", prose.sections[heading], ""]
    parts += [
        "## Results",
        "",
        "| measured | before | after | before / after | status | row |",
        "|---|---:|---:|---:|---|---|",
        *(_line(number, row, data) for number, row in told),
        "",
        f"![Speedup of each change with its interval]({PLOT})",
        "",
        "The claim is the lower bound of each interval. Rows link to the record, which names the raw data by their hash.",
        "",
        *dict.fromkeys(f"- {markdown_text(row.evidence)}; {markdown_text(row.machine)}" for _, row in told),
        "",
        f"## {HEADINGS[2]}",
        "",
        prose.sections[HEADINGS[2]],
        "",
    ]
    return "\n".join(parts)


def _line(number: int, row: Row, data: str) -> str:
    before, after = (shown(value, row.unit) for value in (row.before, row.after))
    name, link = table_cell(row.target, code=True), f"[{row.iteration}]({data}#L{number})"
    return table_row(name, before, after, ratio_of(row), row.status.value, link)


def shown(value: float | None, unit: str) -> str:
    """A figure of a row as the page prints it."""
    if value is None:
        return ""
    return figures.nanoseconds(value * 1e9 if unit == "s" else value)


def ratio_of(row: Row) -> str:
    """The speedup of a row as the page prints it, with its level."""
    interval = interval_of(row)
    return f"{figures.interval(interval)} at {figures.level(interval.level)}" if interval else ""


def interval_of(row: Row) -> Interval | None:
    """The speedup of a row; None where it has none."""
    if row.speedup is None or row.low is None or row.high is None:
        return None
    return Interval(point=row.speedup, low=row.low, high=row.high, level=row.level or 0.0, blocks=2)


def plot_of(rows: Sequence[Row]) -> str:
    """The plot as an SVG file of its own: no dates, no random names in it."""
    shown_rows = [
        IntervalRow(
            row.target,
            "accepted" if row.status is RowStatus.KEEP else "rejected",
            row.status.value,
            interval_of(row),
        )
        for row in rows
        if row.speedup is not None
    ]
    drawn = interval_plot(shown_rows)
    return (
        drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace(
            "<title>", f"<style>{STYLE}</style><title>", 1
        )
        + "\n"
    )
