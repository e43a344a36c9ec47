"""A run on one page of Markdown, for a pull request: the table, then each accepted change."""

from __future__ import annotations

from codeflash_core.model.decision import Attempt, DecisionWord, TargetResult
from codeflash_core.model.run import RunReport
from codeflash_core.reports import evidence, figures, lineage
from codeflash_core.reports.markdown import summary
from codeflash_core.reports.text import clip, html_code, markdown_block, markdown_code, markdown_text

MOST_DIFF = 6_000
"""Characters of a diff that are shown."""
MOST_CHANGES = 8
"""Changes that are shown whole: the page has to fit where 65,536 characters do."""


def summary_page(report: RunReport) -> str:
    """Renders a run for people who look at a pull request.

    Args:
        report: A run.
    """
    accepted = [
        (result, result.best)
        for result in report.results
        if result.decision.word is DecisionWord.ACCEPTED and result.best is not None
    ]
    parts = ["## Faster versions of what changed", summary(report).rstrip()]
    parts += [_change(result, best) for result, best in accepted[:MOST_CHANGES]]
    if len(accepted) > MOST_CHANGES:
        parts.append(f"{figures.count(len(accepted) - MOST_CHANGES, 'more change')} in the report.")
    notes = [*report.notes, *(f"not confined: {each}" for each in report.unconfined)]
    parts.append("\n".join(f"- {markdown_text(note)}" for note in notes))
    cost = lineage.bill_text(lineage.bill_of(report.results))
    parts.append(markdown_text(f"Asked elsewhere: {cost}.") if cost else "")
    facts = [f"{name} {value}" for name, value in report.machine.facts.items()]
    parts.append(f"Measured on {markdown_text(', '.join(facts))}." if facts else "")
    parts.append(f"Again: {markdown_code(report.command)}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _change(result: TargetResult, best: Attempt) -> str:
    comparison = evidence.figure_of(best)
    interval = comparison.interval if comparison is not None else None
    claim = f", at least {figures.ratio(interval.low)} times as fast" if interval is not None else ""
    parts = [
        f"### {markdown_code(result.target)}{claim}",
        markdown_text(best.candidate.why),
        "\n".join(f"- {markdown_text(each)}" for each in best.candidate.cautions),
        f"<details><summary>The change, by {html_code(best.candidate.source)}</summary>",
        markdown_block(clip(best.diff, MOST_DIFF), "diff"),
        "</details>",
    ]
    return "\n\n".join(part for part in parts if part)
