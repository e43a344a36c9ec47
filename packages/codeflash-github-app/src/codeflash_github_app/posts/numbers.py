"""Figures and evidence as Markdown: every text out of a repository is made harmless first."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from codeflash_core.model.comparison import Interval
from codeflash_core.reports import figures
from codeflash_core.reports.text import (
    html_code,
    markdown_block,
    markdown_code,
    markdown_text,
    table_cell,
    table_row,
)
from codeflash_github_app.findings import Finding, Findings

MOST_DIFF = 12_000
"""Characters of a patch that a text shows."""


def interval(value: Interval) -> str:
    """A speedup with its bounds, for Markdown."""
    return markdown_text(figures.interval(value))


def table(findings: Sequence[Finding]) -> str:
    """One row for each function, with its figure and what was decided."""
    lines = ["| function | decision | speedup | claim | why |", "|---|---|---|---|---|"]
    for each in findings:
        figure = table_cell(figures.interval(each.interval)) if each.interval else ""
        claim = (
            f"**at least {figures.ratio(each.interval.low)}x**"
            if each.interval and each.decision == "accepted"
            else ""
        )
        name, reason = table_cell(each.target, code=True), table_cell((each.reasons or ("",))[0])
        lines.append(table_row(name, table_cell(each.decision), figure, claim, reason))
    return "\n".join(lines)


def claim(finding: Finding) -> str:
    """What is claimed of a finding, and how surely."""
    assert finding.interval is not None
    value = finding.interval
    return (
        f"{markdown_code(finding.target)}: **{interval(value)}**, by {finding.clock} time at "
        f"{figures.level(value.level)} over {figures.count(value.blocks, 'block')} of fresh processes. "
        f"The claim is the lower bound, **{figures.ratio(value.low)}x**."
    )


def evidence(finding: Finding) -> str:
    """Why it is faster, what says that it is the same, and what to know before merging."""
    parts = [markdown_text(finding.why or "No reason is stated.")]
    if finding.evidence:
        parts.append("Behaves the same: " + markdown_text("; ".join(finding.evidence)) + ".")
    if finding.cold_low is not None:
        parts.append(f"On fresh inputs and cold caches at least {figures.ratio(finding.cold_low)}x.")
    if finding.memory_ratio is not None:
        parts.append(f"Peak memory is {figures.ratio(finding.memory_ratio)} times what it was.")
    parts += [f"- {markdown_text(each)}" for each in finding.cautions]
    return "\n\n".join(parts)


def repeat(finding: Finding, commit: str, budget: float) -> str:
    """How a stranger repeats it.

    Args:
        finding: The finding.
        commit: The commit that it was found in.
        budget: Seconds for one function.
    """
    words = f"git checkout {commit}\ncodeflash optimize {shlex.quote(finding.target)} --budget {budget:g}s --seed 0"
    return "To repeat it:\n\n" + markdown_block(words, "sh")


def patch(finding: Finding) -> str:
    """The change, folded."""
    shown = finding.diff
    if len(shown) > MOST_DIFF:
        return f"The patch is too long to show here ({len(shown):,} characters)."
    name = html_code(finding.function)
    return f"<details><summary>Patch for {name}</summary>\n\n{markdown_block(shown, 'diff')}\n\n</details>"


def method(found: Findings) -> str:
    """How and where it was measured."""
    floor = (
        f" Noise floor, the original against itself: {figures.percent(found.noise_floor, 2)}."
        if found.noise_floor is not None
        else ""
    )
    facts = ", ".join(f"{name} {value}" for name, value in found.machine.items())
    return (
        "Original and candidate ran interleaved in fresh processes; the interval is Student's t over the blocks, on inputs "
        f"that the search had not seen.{floor} Measured on {markdown_text(facts)}; sandbox: {markdown_text(found.sandbox)}."
    )


def bullets(items: Sequence[str]) -> str:
    """Sentences as a list; none give nothing."""
    return "\n".join(f"- {markdown_text(item)}" for item in dict.fromkeys(items))
