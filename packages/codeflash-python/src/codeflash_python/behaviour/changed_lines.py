"""What a change touches: its lines, the literals that only moved, and whether anything that runs differs."""

from __future__ import annotations

import ast
import difflib

from codeflash_syntax.parse import SyntaxProblem, parse_module


def parsed(text: str) -> ast.Module | None:
    """The tree of a file, or None where it does not parse."""
    try:
        return parse_module(text)
    except SyntaxProblem:
        return None


def same_code(original: str, candidate: str) -> bool:
    """Whether two files differ in nothing that runs: only in comments, layout and docstrings."""
    dumped = []
    for text in (original, candidate):
        tree = parsed(text)
        if tree is None:
            return False
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [  # type: ignore[attr-defined]
                    each
                    for each in body
                    if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
                ]
        dumped.append(ast.dump(tree))
    return dumped[0] == dumped[1]


def constants(text: str, lines: frozenset[int]) -> frozenset[tuple[type, object]]:
    """The literals on these lines, with their types: 1 and True are not the same."""
    tree = parsed(text)
    return frozenset(
        (type(node.value), node.value)
        for node in (ast.walk(tree) if tree is not None else ())
        if isinstance(node, ast.Constant) and node.lineno in lines
    )


def changed_lines(original: str, candidate: str) -> frozenset[int]:
    """Lines of the candidate, from 1, that are new or changed; beside a pure deletion its neighbours."""
    matcher = difflib.SequenceMatcher(None, original.splitlines(), candidate.splitlines(), autojunk=False)
    lines: set[int] = set()
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag in ("replace", "insert"):
            lines.update(range(start + 1, end + 1))
        elif tag == "delete":
            lines.update((start, start + 1))
    return frozenset(lines)


def written_lines(original: str, candidate: str) -> frozenset[int]:
    """Lines of the candidate, from 1, that are new or changed; beside a pure deletion those as deep as what went."""
    before, after = original.splitlines(), candidate.splitlines()
    lines: set[int] = set()
    for tag, first, last, start, end in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag in ("replace", "insert"):
            lines.update(range(start + 1, end + 1))
        elif tag == "delete":
            depth = next((_depth(line) for line in before[first:last] if line.strip()), -1)
            near = (at for at in (start, start + 1) if 1 <= at <= len(after))
            lines.update(at for at in near if _depth(after[at - 1]) == depth)
    return frozenset(lines)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
