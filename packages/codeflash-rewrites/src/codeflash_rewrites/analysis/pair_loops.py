"""Loops over all pairs of a sequence's elements, and the condition that a pair has to meet."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from attrs import frozen

from codeflash_rewrites.analysis.loops import ancestors, loop_parts, unchanged
from codeflash_rewrites.analysis.names import faithful
from codeflash_rewrites.analysis.scope import Comprehension, bound_names, scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked


@frozen
class Pairs:
    """Two loops, one in the other, over the elements of a sequence and those behind each.

    Attributes:
        outer: The outer loop: a statement, or a ``for`` of a comprehension.
        inner: The inner one.
        items: The sequence's name.
        index: The name of the outer element's index.
        first: The text of the outer element.
        second: The text of the inner element.
        names: All variables of both loops.
    """

    outer: ast.For | ast.comprehension
    inner: ast.For | ast.comprehension
    items: str
    index: str
    first: str
    second: str
    names: frozenset[str]


@frozen
class Wanted:
    """What a condition asks of the second element, and of the first one seen from the second.

    Attributes:
        partner: With ``{}`` for the first element, what the second has to be.
        reverse: With ``{}`` for the second element, what the first has to be.
        number: What else is a number in it; None for an equality of the elements.
    """

    partner: str
    reverse: str
    number: ast.expr | None = None


def pair_loops(subject: Subject) -> Iterator[Pairs]:
    """Finds the loops over pairs of a function whose sequence stays as it is meanwhile."""
    for node in scope_of(subject).nodes:
        if isinstance(node, ast.For) and node.body and isinstance(node.body[-1], ast.For):
            inner = node.body[-1]
            found = _pairs(subject, node, inner) if not inner.orelse else None
            if found is not None and _stays(subject, found, loop_parts(node)):
                yield found
        elif isinstance(node, Comprehension) and len(node.generators) == 2 and not node.generators[0].ifs:
            found = _pairs(subject, *node.generators)
            if found is not None and _stays(subject, found, [node]):
                yield found


def _pairs(
    subject: Subject, outer: ast.For | ast.comprehension, inner: ast.For | ast.comprehension
) -> Pairs | None:
    if not is_builtin(subject, "range", "len", "enumerate"):
        return None
    match outer.target, outer.iter:
        case ast.Name(id=index), ast.Call(func=ast.Name(id="range"), args=[stop], keywords=[]):
            items = _length_of(subject, stop, less=True)
            first = f"{items}[{index}]"
        case (
            ast.Tuple(elts=[ast.Name(id=index), ast.Name(id=first)]),
            ast.Call(func=ast.Name(id="enumerate"), args=[ast.Name(id=items)], keywords=[]),
        ):
            pass
        case _:
            return None
    behind = f"{index} + 1"
    match inner.target, inner.iter:
        case ast.Name(id=second), ast.Call(func=ast.Name(id="range"), args=[start, stop], keywords=[]):
            if ast.unparse(start) != behind or _length_of(subject, stop) != items:
                return None
            names, second = {second}, f"{items}[{second}]"
        case ast.Name(id=second), ast.Subscript() as rest if ast.unparse(rest) == f"{items}[{behind}:]":
            names = {second}
        case (
            ast.Tuple(elts=[ast.Name(id=place), ast.Name(id=second)]),
            ast.Call(func=ast.Name(id="enumerate"), args=[ast.Subscript() as rest, *_]),
        ) if ast.unparse(rest) == f"{items}[{behind}:]":
            names = {place, second}
        case _:
            return None
    names |= {index} if first.endswith("]") else {index, first}
    if not items or items in names or len(names) != len({*names, index}):
        return None
    return Pairs(outer, inner, items, index, first, second, frozenset(names))


def _length_of(subject: Subject, stop: ast.expr, less: bool = False) -> str:
    """The name of the sequence that a bound is the length of, perhaps through ``n = len(xs)``; else empty."""
    match stop:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=items)], keywords=[]):
            return items
        case ast.BinOp(left=left, op=ast.Sub(), right=ast.Constant(value=1)) if less:
            return _length_of(subject, left)
        case ast.Name(id=name) if name in scope_of(subject).locals:
            made = scope_of(subject).definitions(name) or []
            if len(made) == 1 and isinstance(made[0], ast.Call):
                items = _length_of(subject, made[0])
                stores = scope_of(subject).stores(items) if items else []
                return items if all(store.lineno < made[0].lineno for store in stores) else ""
    return ""


def _stays(subject: Subject, pairs: Pairs, parts: Sequence[ast.AST]) -> bool:
    """Whether the sequence and the outer variables stay as they are while the loops run."""
    scope = scope_of(subject)
    if pairs.items not in scope.locals or pairs.items in scope.captured or pairs.items in scope.outer:
        return False
    if not unchanged(subject, ast.Name(pairs.items, ast.Load()), *parts):
        return False
    body = pairs.inner.body if isinstance(pairs.inner, ast.For) else []
    before = pairs.outer.body[:-1] if isinstance(pairs.outer, ast.For) else []
    if bound_names(*body, *before) & pairs.names:
        return False
    later = ast.Yield | ast.YieldFrom | ast.Await | ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef
    return not any(isinstance(node, later) for part in parts for node in walked(part))


def wanted(subject: Subject, pairs: Pairs, condition: ast.expr) -> Wanted | None:
    """Reads what a condition, or the first term of an ``and``, asks of the two elements."""
    if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And):
        condition = condition.values[0]
    match condition:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if faithful(subject, condition):
            return _wanted(subject, pairs, left, right) or _wanted(subject, pairs, right, left)
    return None


def _wanted(subject: Subject, pairs: Pairs, left: ast.expr, right: ast.expr) -> Wanted | None:
    x, y = pairs.first, pairs.second
    shown = ast.unparse(left)
    if (shown, ast.unparse(right)) == (x, y):
        return Wanted("{}", "{}")
    if shown in {f"{x} + {y}", f"{y} + {x}"} and _is_number(subject, pairs, right):
        total = subject.text.text(right)
        return Wanted(f"{total} - {{}}", f"{total} - {{}}", right)
    if shown == f"{y} - {x}" and _is_number(subject, pairs, right):
        gap = subject.text.text(right)
        return Wanted(f"{{}} + {gap}", f"{{}} - {gap}", right)
    if shown == f"{x} - {y}" and _is_number(subject, pairs, right):
        gap = subject.text.text(right)
        return Wanted(f"{{}} - {gap}", f"{{}} + {gap}", right)
    if shown in {x, y} and isinstance(right, ast.BinOp) and isinstance(right.op, ast.Sub):
        other = y if shown == x else x
        if ast.unparse(right.right) == other and _is_number(subject, pairs, right.left):
            total = subject.text.text(right.left)
            return Wanted(f"{total} - {{}}", f"{total} - {{}}", right.left)
    return None


def _is_number(subject: Subject, pairs: Pairs, node: ast.expr) -> bool:
    """Whether an expression is a name that stays the same in both loops, or a literal int."""
    if isinstance(node, ast.Constant):
        return type(node.value) is int
    if not isinstance(node, ast.Name) or node.id in pairs.names or node.id not in scope_of(subject).locals:
        return False
    outer = pairs.outer
    roots = loop_parts(outer) if isinstance(outer, ast.For) else [subject.parents[outer]]
    return unchanged(subject, node, *roots)


def is_old_way(subject: Subject, pairs: Pairs) -> bool:
    """Whether the loops are the old way beside a faster one already."""
    if ".get(" in ast.unparse(pairs.inner.iter):
        return True
    outer: ast.AST = pairs.outer
    child: ast.AST = outer
    for parent in ancestors(subject, outer):
        if isinstance(parent, ast.If) and child in parent.orelse and "type(" in ast.unparse(parent.test):
            return True
        child = parent
    return False
