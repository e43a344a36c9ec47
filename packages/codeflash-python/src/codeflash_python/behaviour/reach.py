"""Which changed places must be executed by some input, and how each is made to show that it is.

In a list of statements one follows the other: an input that comes to the last changed one has run those before it.
So one place of each list is enough; what is nested in it has lists of its own. Each branch of a changed
conditional expression is a place as well. What only moved needs no proof: the old path may be kept as it was.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import field, frozen

from codeflash_python.behaviour.ties import FunctionNode

MARK = '__import__("os")._exit(70)'
"""Ends the process, so that no handler of the code can hide it."""

_SILENT = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Global,
    ast.Nonlocal,
    ast.Try,
    ast.TryStar,
)
"""Statements that do nothing by themselves, or whose parts have lists of their own."""


@frozen
class Place:
    """A place that some input must come to.

    Attributes:
        node: What is replaced in the source.
        whole: What a fault has to lie in to show by being caught that the place was reached.
        wraps: Whether the node is an expression that is evaluated after the mark, and not a statement.
        keeps: Whether the node itself stays; otherwise the mark stands in its place.
    """

    node: ast.expr | ast.stmt = field(eq=False)
    whole: ast.AST = field(eq=False)
    wraps: bool = False
    keeps: bool = True

    def marked(self, text: str) -> str:
        """The source of the node with the mark.

        Args:
            text: Its source as it stands.
        """
        if not self.keeps:
            return f"({MARK})"
        return f"({MARK} or ({text}))" if self.wraps else f"{MARK}; {text}"


class Moved:
    """Statements and expressions that the change took away: the same text elsewhere has only moved."""

    def __init__(self, tree: ast.Module | None, lines: frozenset[int]) -> None:
        """Note what stood on the removed lines.

        Args:
            tree: The original file, or None for a new one.
            lines: Its removed lines, from 1.
        """
        self._statements: Counter[str] = Counter()
        self._expressions: set[str] = set()
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case) and lines & own_lines(node):
                self._statements[_header(node)] += 1
                self._expressions.update(ast.unparse(each) for each in _values(node))

    def take(self, node: ast.stmt | ast.ExceptHandler | ast.match_case) -> bool:
        """Whether the statement has moved; each one that was taken away moves once."""
        key = _header(node)
        if not self._statements[key]:
            return False
        self._statements[key] -= 1
        return True

    def held(self, node: ast.expr) -> bool:
        """Whether an expression was a value by itself in what was taken away: returned, bound, passed or chosen."""
        return ast.unparse(node) in self._expressions


def own_lines(node: ast.AST) -> set[int]:
    """Lines of a statement; of one with a body those of its header."""
    first = getattr(node, "lineno", None)
    if isinstance(node, ast.match_case):
        first = node.pattern.lineno
    if first is None:
        return set()
    if isinstance(node, ast.Match):
        return set(range(first, (node.subject.end_lineno or first) + 1))
    body: Any = getattr(node, "body", None)
    if isinstance(body, list) and body:
        return set(range(first, max(first, int(body[0].lineno) - 1) + 1))
    return set(range(first, (getattr(node, "end_lineno", None) or first) + 1))


def places(function: FunctionNode, changed: frozenset[int], moved: Moved) -> tuple[Place, ...]:
    """The places of one function that must be reached.

    Args:
        function: The function, nested ones included.
        changed: Lines of its file that are new or changed.
        moved: What only moved.
    """
    found: list[Place] = []
    queue: list[tuple[Sequence[ast.stmt], bool]] = [(_undocumented(function), False)]
    while queue:
        body, entered = queue.pop(0)
        last: ast.stmt | None = body[0] if entered and body else None
        for node in body:
            queue += _inside(node, changed, moved)
            if not own_lines(node) & changed or _is_silent(node) or moved.take(node):
                continue
            last = node
            found += _branches(node, moved)
        if last is not None:
            found += _of_statement(last)
    return tuple(found)


def _undocumented(node: FunctionNode | ast.ClassDef) -> Sequence[ast.stmt]:
    return node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body


def _inside(
    node: ast.stmt, changed: frozenset[int], moved: Moved
) -> Iterator[tuple[Sequence[ast.stmt], bool]]:
    """The lists of statements in a statement, and whether the way into each is new."""
    if isinstance(node, FunctionNode | ast.ClassDef):
        yield _undocumented(node), False
        return
    for name in ("body", "orelse", "finalbody"):
        nested = getattr(node, name, None)
        if isinstance(nested, list) and nested:
            yield nested, False
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        entered = bool(own_lines(part) & changed) and not moved.take(part)
        yield part.body, entered


def _is_silent(node: ast.stmt) -> bool:
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    return isinstance(node, _SILENT) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _of_statement(node: ast.stmt) -> Iterator[Place]:
    header: ast.expr | None = None
    if isinstance(node, ast.If | ast.While):
        header = node.test
    elif isinstance(node, ast.For | ast.AsyncFor):
        header = node.iter
    elif isinstance(node, ast.With | ast.AsyncWith):
        header = node.items[0].context_expr
    elif isinstance(node, ast.Match):
        header = node.subject
    if header is not None:
        yield Place(header, node, wraps=True)
    elif not _is_silent(node):
        yield Place(node, node)


def _branches(node: ast.stmt, moved: Moved) -> Iterator[Place]:
    for each in _own_expressions(node):
        if isinstance(each, ast.IfExp):
            for branch in (each.body, each.orelse):
                if not moved.held(branch):
                    yield Place(branch, branch, wraps=True, keeps=False)


def _own_expressions(node: ast.AST) -> Iterator[ast.expr]:
    """Expressions of a statement, without those of the statements in it."""
    stack = [node]
    while stack:
        for child in ast.iter_child_nodes(stack.pop()):
            # The parser gives no exact places inside of formatted strings.
            if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case | ast.JoinedStr):
                continue
            if isinstance(child, ast.expr):
                yield child
            stack.append(child)


def _values(node: ast.AST) -> Iterator[ast.expr]:
    """Expressions of a statement that are not only operands of others."""
    value = getattr(node, "value", None)
    if isinstance(node, ast.stmt) and isinstance(value, ast.expr):
        yield value
    for each in _own_expressions(node):
        if isinstance(each, ast.IfExp):
            yield from (each.body, each.orelse)
        elif isinstance(each, ast.Call):
            yield from each.args


def _header(node: ast.AST) -> str:
    """The text of a statement without the statements in it, however it is laid out."""
    if not isinstance(node, ast.Match) and not isinstance(getattr(node, "body", None), list):
        return ast.unparse(node)
    parts = [
        ast.unparse(child)
        for child in ast.iter_child_nodes(node)
        if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case)
    ]
    return " ".join([type(node).__name__, *parts])
