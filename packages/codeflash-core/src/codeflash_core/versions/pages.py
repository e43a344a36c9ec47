"""A comparison of two versions for people: Markdown for a pull request, one HTML file with plots."""

from __future__ import annotations

import math
from collections.abc import Sequence

from codeflash_core.ports.benchmarks import FunctionTime
from codeflash_core.reports import figures, sections
from codeflash_core.reports.html import opening
from codeflash_core.reports.plots import IntervalRow, block_plot, interval_plot
from codeflash_core.reports.text import escape, markdown_code, markdown_text, table_cell, table_row
from codeflash_core.stats.blocks import ratios_of
from codeflash_core.stats.rows import Difference
from codeflash_core.versions.values import FunctionChange, Row, VersionsComparison

STYLES = {
    Difference.FASTER: "accepted",
    Difference.SLOWER: "rejected",
    Difference.NO_DIFFERENCE: "inconclusive",
}
"""How a row looks in the plot."""


def outcome_of(row: Row) -> str:
    """The decision of a row in words."""
    return row.outcome.value.replace("-", " ") if row.outcome else "not measured"


def render_markdown(found: VersionsComparison) -> str:
    """A table that reads well in a pull request.

    Args:
        found: The comparison.
    """
    lines = [
        f"**{markdown_text(found.base.name)}** ({found.base.commit[:10]}) against "
        f"**{markdown_text(found.head.name)}** ({found.head.commit[:10]})",
        "",
        "| benchmark | base | head | base / head | decision |",
        "|---|---:|---:|---:|---|",
    ]
    for row in found.rows:
        ratio = figures.interval(row.interval) if row.interval else ""
        told = outcome_of(row) if not row.problem else table_cell(row.problem)
        times = _time(row.before_ns), _time(row.after_ns)
        lines.append(table_row(table_cell(row.id, code=True), *times, ratio, told))
    for row in found.rows:
        lines += _details(row)
    lines += ["", f"{_method(found)}"]
    lines += [f"- {markdown_text(note)}" for note in found.notes]
    facts = ", ".join(f"{name} {value}" for name, value in found.machine.items())
    return "\n".join([*lines, "", f"Measured on {markdown_text(facts)}.", ""])


def _details(row: Row) -> list[str]:
    lines = [f"- {markdown_code(row.id)}: {markdown_text(note)}" for note in row.notes]
    lines += [f"- {markdown_code(row.id)}: {markdown_text(told)}" for told in _sentences(row)]
    changed = changes_of(row)[:5] if _decided(row) else ()
    if changed:
        lines += [
            "",
            f"Where {markdown_code(row.id)} changed, under a profiler (own time, cumulative time):",
            "",
            "| function | base | head |",
            "|---|---:|---:|",
            *(
                table_row(
                    table_cell(f"{each.path}::{each.name}", code=True), _pair(each.before), _pair(each.after)
                )
                for each in changed
            ),
        ]
    return ["", *lines] if lines else []


def _sentences(row: Row) -> list[str]:
    told = []
    if row.memory:
        base, head = row.memory["base"], row.memory["head"]
        told.append(
            f"peak memory {_bytes(base.peak)} became {_bytes(head.peak)}, "
            f"blocks held {base.blocks:,} became {head.blocks:,}"
        )
    if row.imports:
        for what, names in zip(("no longer imported", "newly imported"), row.imports, strict=True):
            if names:
                told.append(
                    f"{what}: {', '.join(names[:8])}{f' and {len(names) - 8} more' if len(names) > 8 else ''}"
                )
    return told


def render_html(found: VersionsComparison) -> str:
    """One self-contained HTML document.

    Args:
        found: The comparison.
    """
    title = f"{found.base.name} against {found.head.name}"
    return "".join(
        [
            opening(title),
            f'<header class="top"><h1>{escape(title)}</h1><p class="muted">{escape(found.base.commit)} '
            f"{escape(found.base.subject)}<br>{escape(found.head.commit)} {escape(found.head.subject)}</p>"
            f"{sections.bullets(found.notes, 'cautions')}</header><main>",
            f'<section class="card">{overview(found)}</section>',
            *(_html_row(row) for row in found.rows if row.outcome),
            f'<section class="card"><h2>Machine and method</h2><p>{escape(_method(found))}</p>'
            f"{sections.bullets([f'{name}: {value}' for name, value in found.machine.items()])}</section>",
            "</main></body></html>\n",
        ]
    )


def overview(found: VersionsComparison) -> str:
    """All rows at one glance, as HTML: a table, and a plot of their intervals.

    Args:
        found: The comparison.
    """
    plotted = [
        IntervalRow(row.id, STYLES.get(row.outcome, "inconclusive"), outcome_of(row), row.interval)
        for row in found.rows
        if row.outcome and row.interval
    ]
    return (
        f"{_html_table(found.rows)}{interval_plot(plotted, delta=found.delta, noise_floor=found.noise_floor)}"
    )


def _html_table(rows: Sequence[Row]) -> str:
    body = "".join(
        f"<tr><td><code>{escape(row.id)}</code></td>"
        f'<td class="n">{escape(_time(row.before_ns))}</td><td class="n">{escape(_time(row.after_ns))}</td>'
        f'<td class="n">{escape(figures.interval(row.interval)) if row.interval else ""}</td>'
        f"<td>{escape(row.problem or outcome_of(row))}</td></tr>"
        for row in rows
    )
    heads = "".join(
        f'<th scope="col">{name}</th>' for name in ("benchmark", "base", "head", "base / head", "decision")
    )
    return f'<div class="scroll"><table class="list"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _html_row(row: Row) -> str:
    functions = "".join(
        f"<tr><td><code>{escape(f'{each.path}::{each.name}')}</code></td>"
        f'<td class="n">{escape(_pair(each.before))}</td><td class="n">{escape(_pair(each.after))}</td></tr>'
        for each in row.functions
    )
    table = (
        '<h3>Own and cumulative time of functions, under a profiler</h3><div class="scroll"><table class="list fit">'
        '<thead><tr><th scope="col">function</th><th class="n" scope="col">base</th><th class="n" scope="col">head'
        f"</th></tr></thead><tbody>{functions}</tbody></table></div>"
        if functions
        else ""
    )
    return (
        f'<section class="card"><h2><code>{escape(row.id)}</code> {escape(outcome_of(row))}</h2>'
        f"{sections.bullets([*row.notes, *_sentences(row)])}"
        f"{block_plot([math.exp(each) for each in ratios_of(row.blocks, row.clock)], row.interval)}{table}</section>"
    )


def _method(found: VersionsComparison) -> str:
    floor = (
        f" Noise floor, base against itself: {figures.percent(found.noise_floor, 2)}."
        if found.noise_floor
        else ""
    )
    return (
        "Both versions ran interleaved, in random order, in fresh processes. An interval is Student's t over the blocks, "
        f"corrected for the number of benchmarks; a difference counts from {figures.percent(found.delta)} on.{floor}"
    )


def _decided(row: Row) -> bool:
    return row.outcome in (Difference.FASTER, Difference.SLOWER)


def _time(value: float | None) -> str:
    return figures.nanoseconds(value) if value is not None else ""


def _pair(each: FunctionTime | None) -> str:
    if each is None:
        return "not called"
    return f"{figures.nanoseconds(1e9 * each.own)}, {figures.nanoseconds(1e9 * each.cumulative)}"


def changes_of(row: Row) -> tuple[FunctionChange, ...]:
    """Functions whose own time changed by a twentieth of the call at least, the largest first."""
    least = 0.05e-9 * max(row.before_ns or 0.0, row.after_ns or 0.0)
    return tuple(each for each in row.functions if abs(each.own_saved) >= least)


def _bytes(value: int) -> str:
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if value >= size:
            return f"{value / size:.1f} {unit}"
    return f"{value} B"
