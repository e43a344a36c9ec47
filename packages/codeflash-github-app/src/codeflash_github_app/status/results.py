"""What a job found, as HTML: the plots, tables and diffs of the engine's own reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from codeflash_core.errors import StageError
from codeflash_core.model.decision import DecisionWord
from codeflash_core.reports import figures, sections, side_by_side
from codeflash_core.reports.plots import IntervalRow, interval_plot
from codeflash_core.reports.text import clip, escape
from codeflash_core.versions.pages import overview
from codeflash_core.versions.reading import comparison_of
from codeflash_github_app.findings import Finding, Findings, findings_of

MOST_DIFF = 100_000
"""Characters of a change that a page shows."""


def shown(result: Mapping[str, Any]) -> Markup:
    """The sections of a job's page that tell what it found.

    Args:
        result: The engine's documents by command. They come from a process that ran foreign code: what they say is shown as
            text, and one that can't be read is told as such.
    """
    parts = []
    for command, read in (("optimize", _optimized), ("compare", _compared)):
        document = result.get(command)
        if document is None:
            continue
        try:
            parts.append(read(document))
        except StageError as problem:
            parts.append(
                f'<section class="card"><h2>{command}</h2><p>{escape(problem.message)}</p></section>'
            )
    return Markup("".join(parts))


def _compared(document: Mapping[str, Any]) -> str:
    found = comparison_of(document)
    refs = " against ".join(
        f"<code>{escape(each.commit[:10])}</code> {escape(each.subject, 120)}"
        for each in (found.base, found.head)
    )
    return f'<section class="card"><h2>Before and after</h2><p>{refs}</p>{overview(found)}{sections.bullets(found.notes)}</section>'


def _optimized(document: Mapping[str, Any]) -> str:
    found = findings_of(document)
    if not found.of:
        return '<section class="card"><h2>Functions</h2><p>No function was looked at.</p></section>'
    rows = [
        IntervalRow(each.target, each.decision, (each.reasons or ("",))[0], each.interval)
        for each in found.of
    ]
    plot = interval_plot(rows, noise_floor=found.noise_floor)
    parts = [
        f'<section class="card"><h2>Functions</h2>{_table(found)}<div class="scroll">{plot}</div>'
        f"{sections.bullets(found.notes, 'cautions')}</section>"
    ]
    parts += [_change(each) for each in found.of if each.diff and each.decision == "accepted"]
    return "".join(parts)


def _table(found: Findings) -> str:
    body = "".join(
        f"<tr><td><code>{escape(each.target, 300)}</code></td><td>{_decision(each.decision)}</td>"
        f'<td class="n">{escape(figures.interval(each.interval)) if each.interval else ""}</td>'
        f"<td>{escape('; '.join(each.reasons), 400)}</td></tr>"
        for each in found.of
    )
    heads = "".join(
        f'<th scope="col"{" class=n" if name == "speedup" else ""}>{name}</th>'
        for name in ("function", "decision", "speedup", "why")
    )
    return f'<div class="scroll"><table class="list"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _decision(word: str) -> str:
    return sections.badge(DecisionWord(word)) if word in set(DecisionWord) else escape(word, 40)


def _change(each: Finding) -> str:
    return (
        f'<section class="card"><h2>{escape(each.target, 300)}</h2><p>{escape(each.why)}</p>'
        f"{sections.bullets(each.evidence)}{sections.bullets(each.cautions, 'cautions')}"
        f"{side_by_side.unified(clip(each.diff, MOST_DIFF))}</section>"
    )
