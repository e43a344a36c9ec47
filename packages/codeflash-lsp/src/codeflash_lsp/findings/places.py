"""Where in a function a rewrite is: what an editor shows, which forms are of one place, and how one is found again."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codeflash_lsp.texts.outline import span_of
from codeflash_rewrites.rule import Rewrite, Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

Spot = tuple[tuple[int, str], ...]
"""What a rewrite replaces in its function: where each piece begins, counted from the function's, and its text."""
_LOOPS = ast.For | ast.AsyncFor | ast.While


def span(subject: Subject) -> tuple[int, int]:
    """Where the subject's function begins, decorators included, and ends.

    Raises:
        FunctionNotFound: There is no such function.
    """
    first, _ = span_of(subject.function)
    return subject.text.offset(first + 1, 0), subject.text.end(subject.function)


def spot(subject: Subject, rewrite: Rewrite) -> Spot:
    """What tells a rewrite from those of the same rule and form at other places of the function."""
    begin = span(subject)[0]
    return tuple(
        (edit.start - begin, subject.source[edit.start : edit.end]) for edit in _inside(subject, rewrite)
    )


def shown(subject: Subject, rewrite: Rewrite) -> tuple[int, int]:
    """The code that the rewrite is about, as far as it stands on one line."""
    text = subject.text
    start, end = next(
        ((each.start, each.end) for each in _telling(subject, rewrite)),
        (text.start(subject.function), text.end(subject.function)),
    )
    begin = text.line_start(start)
    line_end = begin + len(text.source[begin : text.line_end(start)].rstrip())
    start = _past_blanks(text.source, start, line_end)
    return start, max(start, min(end, line_end)) if start < end <= line_end else line_end


def grouped(subject: Subject, rewrites: Iterable[Rewrite]) -> list[list[Rewrite]]:
    """The rewrites of one rule by place, each with its forms.

    Forms are of one place when they change the same innermost loop, or statement outside loops; the second of a kind in
    one is of another place.
    """
    found: dict[tuple[int, int], list[Rewrite]] = {}
    met: dict[tuple[int, str], int] = {}
    for rewrite in rewrites:
        anchor = _anchor(subject, rewrite)
        number = met[anchor, rewrite.variant] = met.get((anchor, rewrite.variant), -1) + 1
        found.setdefault((anchor, number), []).append(rewrite)
    return list(found.values())


def _anchor(subject: Subject, rewrite: Rewrite) -> int:
    text = subject.text
    telling = _telling(subject, rewrite)
    if not telling:
        return text.start(subject.function)
    start = telling[-1].start
    place = _past_blanks(text.source, start, text.line_end(start))
    around = [
        node
        for node in walked(subject.function)
        if isinstance(node, ast.stmt) and text.start(node) <= place < text.end(node)
    ]
    loops = [node for node in around if isinstance(node, _LOOPS)]
    return max(map(text.start, loops or around), default=place)


def _telling(subject: Subject, rewrite: Rewrite) -> list[Edit]:
    """The edits that replace something in the function, or those that put something in where none does."""
    inside = _inside(subject, rewrite)
    return [edit for edit in inside if edit.start < edit.end] or inside


def _inside(subject: Subject, rewrite: Rewrite) -> list[Edit]:
    begin, end = span(subject)
    return sorted(
        (edit for edit in rewrite.edits if begin <= edit.start < end), key=lambda edit: (edit.start, edit.end)
    )


def _past_blanks(source: str, start: int, end: int) -> int:
    while start < end and source[start] in " \t":
        start += 1
    return start
