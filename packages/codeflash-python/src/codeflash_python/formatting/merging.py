"""Takes from a formatted text only what lies in the lines that a candidate changed."""

from __future__ import annotations

import ast
from difflib import SequenceMatcher

from codeflash_syntax.parse import SyntaxProblem, parse_module


def changed_lines(original: str, changed: str) -> frozenset[int]:
    """Numbers, from 0, of the lines of ``changed`` that ``original`` does not have at that place."""
    before, after = original.splitlines(keepends=True), changed.splitlines(keepends=True)
    found: set[int] = set()
    for tag, _, _, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            found.update(range(start, end))
    return frozenset(found)


def merge(original: str, changed: str, formatted: str) -> str:
    """The changed text with the formatter's edits inside the changed lines; all others are dropped.

    Args:
        original: The file before the change.
        changed: The file with the change.
        formatted: The changed file after the formatter.

    Returns:
        The merged text. Every line that the change left alone stays as it was.
    """
    own = changed_lines(original, changed)
    before, after = changed.splitlines(keepends=True), formatted.splitlines(keepends=True)
    merged: list[str] = []
    opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for tag, start, end, new_start, new_end in opcodes:
        inside = all(line in own for line in range(start, end))
        if tag == "insert":
            # New lines belong to the change when it owns the lines on both sides of them.
            inside = start - 1 in own and (start in own or start == len(before))
        merged += after[new_start:new_end] if inside and tag != "equal" else before[start:end]
    return "".join(merged)


def same_program(a: str, b: str) -> bool:
    """Whether two texts are the same program, layout and comments aside."""
    try:
        return ast.dump(parse_module(a)) == ast.dump(parse_module(b))
    except SyntaxProblem:
        return False
