"""Unified diffs: which lines a change replaces, and which lines of a pull request can be remarked on."""

from __future__ import annotations

import re

from attrs import frozen

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
NEAR = 6
"""Edits with no more unchanged lines between them are one."""


@frozen
class Edit:
    """Lines that are replaced.

    Attributes:
        start: First line, from 1.
        end: Last line.
        lines: What stands there instead, without line ends.
    """

    start: int
    end: int
    lines: tuple[str, ...]


@frozen
class _Run:
    """Lines of a hunk's old side and what becomes of them; ``kept`` lines stay as they are."""

    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    kept: bool


def edits_of(diff: str) -> tuple[Edit, ...] | None:
    """The edits of a diff of one file, those that are near each other joined.

    Args:
        diff: A unified diff.

    Returns:
        None where it can't be put in lines: another file, no line end at the end, other line ends.
    """
    if diff.count("\n+++ ") > 1 or "\n\\" in diff or "\r" in diff:
        return None
    edits: list[Edit] = []
    for start, lines in _hunks(diff):
        found = _edits(start, lines)
        if found is None:
            return None
        edits += found
    return tuple(edits) or None


def right_side(patch: str) -> tuple[tuple[int, int], ...]:
    """First and last lines of the new side of each hunk: remarks may be made there and nowhere else.

    Args:
        patch: The hunks of a file, as GitHub gives them.
    """
    found = []
    for line in patch.splitlines():
        match = _HUNK.match(line)
        if match:
            start, count = int(match[3]), int(match[4] or "1")
            if count:
                found.append((start, start + count - 1))
    return tuple(found)


def _hunks(diff: str) -> list[tuple[int, list[str]]]:
    hunks: list[tuple[int, list[str]]] = []
    left = [0, 0]
    for line in diff.split("\n"):
        match = _HUNK.match(line) if left == [0, 0] else None
        if match:
            left = [int(match[2] or "1"), int(match[4] or "1")]
            # A hunk without old lines is named by the line before it.
            hunks.append((int(match[1]) + (0 if left[0] else 1), []))
        elif hunks and left != [0, 0]:
            sign = line[:1] or " "
            hunks[-1][1].append(line or " ")
            left[0] -= sign in " -"
            left[1] -= sign in " +"
    return hunks


def _edits(start: int, lines: list[str]) -> list[Edit] | None:
    runs = _runs(start, lines)
    edits: list[Edit] = []
    index = 0
    while index < len(runs):
        if runs[index].kept:
            index += 1
            continue
        last = index
        while last + 2 < len(runs) and len(runs[last + 1].old) <= NEAR:
            last += 2
        joined = _joined(runs, index, last)
        if joined is None:
            return None
        edits.append(joined)
        index = last + 1
    return edits


def _runs(start: int, lines: list[str]) -> list[_Run]:
    runs: list[_Run] = []
    number = start
    position = 0
    while position < len(lines):
        kept = lines[position][0] == " "
        end = position
        while end < len(lines) and (lines[end][0] == " ") == kept:
            end += 1
        part = lines[position:end]
        old = tuple(line[1:] for line in part if line[0] in " -")
        new = tuple(line[1:] for line in part if line[0] in " +")
        runs.append(_Run(number, old, new, kept))
        number += len(old)
        position = end
    return runs


def _joined(runs: list[_Run], first: int, last: int) -> Edit | None:
    """One edit out of several runs; an insertion takes a line beside it along, since an edit replaces lines."""
    old = [line for run in runs[first : last + 1] for line in run.old]
    new = [line for run in runs[first : last + 1] for line in run.new]
    start = runs[first].start
    if not old:
        if first > 0:
            neighbour = runs[first - 1].old[-1]
            return Edit(start - 1, start - 1, (neighbour, *new))
        if last + 1 < len(runs):
            return Edit(start, start, (*new, runs[last + 1].old[0]))
        return None
    return Edit(start, start + len(old) - 1, tuple(new))
