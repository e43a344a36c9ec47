"""Suggestions: changes that can be committed with a click, where they stand in the lines of the pull request."""

from __future__ import annotations

import re
from collections.abc import Mapping

from codeflash_core.github.reviews import LineComment
from codeflash_core.reports import figures
from codeflash_core.reports.text import markdown_code, markdown_text
from codeflash_github_app.findings import Finding
from codeflash_github_app.posts.diffs import Edit, edits_of, right_side

MOST_EDITS = 4
"""More suggestions than that for one change are no help to anybody."""


def suggestions_for(finding: Finding, patches: Mapping[str, str]) -> tuple[LineComment, ...]:
    """The remarks that suggest a change; none where it does not fit the pull request's diff.

    Args:
        finding: An accepted finding.
        patches: The hunks of the pull request, by path.
    """
    edits = edits_of(finding.diff)
    hunks = right_side(patches.get(finding.path, ""))
    if edits is None or len(edits) > MOST_EDITS:
        return ()
    if not all(_fits(edit, hunks) and _plain(edit) for edit in edits):
        return ()
    return tuple(_remark(finding, edit, number, len(edits)) for number, edit in enumerate(edits, 1))


def _fits(edit: Edit, hunks: tuple[tuple[int, int], ...]) -> bool:
    return any(start <= edit.start and edit.end <= end for start, end in hunks)


def _plain(edit: Edit) -> bool:
    """Whether every sign is one that a reader sees: a suggestion is committed as it looks."""
    return all(line.replace("\t", " ").isprintable() for line in edit.lines)


def _remark(finding: Finding, edit: Edit, number: int, count: int) -> LineComment:
    assert finding.interval is not None
    told = f"{markdown_code(finding.function)} at least {figures.ratio(finding.interval.low)}x as fast"
    if count > 1:
        told += f", part {number} of {count}: commit all of them together"
    text = "\n".join(edit.lines)
    fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    block = f"{fence}suggestion\n{text}{chr(10) if edit.lines else ''}{fence}"
    why = f"\n\n{markdown_text(finding.why)}" if number == 1 and finding.why else ""
    return LineComment(finding.path, edit.start, edit.end, f"{told}.{why}\n\n{block}")
