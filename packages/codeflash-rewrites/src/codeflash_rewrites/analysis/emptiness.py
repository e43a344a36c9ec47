"""Whether a collection holds an element where an expression stands, by what the function has asked before."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from codeflash_rewrites.analysis.loops import Loop, block_of, loop_parts, unchanged
from codeflash_rewrites.rule import Subject
from codeflash_syntax.parse import FunctionNode

_LEAVING = ast.Return | ast.Raise | ast.Continue | ast.Break


def is_never_empty(subject: Subject, items: ast.expr, at: ast.AST) -> bool:
    """Whether a collection is known to hold an element whenever a place is reached.

    Args:
        subject: The function in its module.
        items: The collection, such as a display or a name that an ``if`` around the place asks for.
        at: The place.
    """
    if isinstance(items, ast.List | ast.Tuple | ast.Set):
        return any(not isinstance(one, ast.Starred) for one in items.elts)
    if not isinstance(items, ast.Name):
        return False
    child = at
    while child is not subject.function:
        parent = subject.parents[child]
        if isinstance(parent, FunctionNode | ast.Lambda | ast.ClassDef) and parent is not subject.function:
            return False
        if isinstance(child, ast.stmt):
            block = block_of(subject, child)
            known = _asked_before(subject, block[: block.index(child)], items)
            if known is not None:
                return known
        if _asked_around(parent, child, items.id):
            return True
        if isinstance(parent, Loop) and not unchanged(subject, items, *loop_parts(parent)):
            return False
        child = parent
    return False


def _asked_around(parent: ast.AST, child: ast.AST, name: str) -> bool:
    match parent:
        case ast.If(test=test, body=body) | ast.While(test=test, body=body):
            return child in body and _asks(test, name)
        case ast.IfExp(test=test, body=chosen):
            return child is chosen and _asks(test, name)
        case ast.BoolOp(op=ast.And(), values=values):
            return any(_asks(one, name) for one in values[: values.index(child)])  # type: ignore[arg-type]
    return False


def _asked_before(subject: Subject, earlier: Sequence[ast.stmt], items: ast.Name) -> bool | None:
    """Whether the statements before leave where there is no element; None when they say nothing."""
    for statement in reversed(earlier):
        match statement:
            case ast.If(test=test, body=[*_, last], orelse=[]) if _denies(test, items.id):
                if isinstance(last, _LEAVING):
                    return True
            case ast.Assert(test=test) if _asks(test, items.id):
                return True
        if not unchanged(subject, items, statement):
            return False
    return None


def _asks(test: ast.expr, name: str) -> bool:
    """Whether a condition only holds where the collection has an element."""
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return any(_asks(one, name) for one in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _denies(operand, name)
        case ast.Compare(left=left, ops=[kind], comparators=[ast.Constant(value=int(bound))]):
            enough = {ast.Gt: bound >= 0, ast.GtE: bound > 0, ast.Eq: bound > 0, ast.NotEq: bound == 0}
            return _is_length(left, name) and enough.get(type(kind), False)
    return _is_length(test, name) or (isinstance(test, ast.Name) and test.id == name)


def _denies(test: ast.expr, name: str) -> bool:
    """Whether a condition holds wherever the collection has no element."""
    match test:
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_denies(one, name) for one in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _asks_exactly(operand, name)
        case ast.Compare(left=left, ops=[kind], comparators=[ast.Constant(value=int(bound))]):
            few = {ast.Lt: bound > 0, ast.LtE: bound >= 0, ast.Eq: bound == 0, ast.NotEq: bound > 0}
            return _is_length(left, name) and few.get(type(kind), False)
    return False


def _asks_exactly(test: ast.expr, name: str) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_asks_exactly(one, name) for one in test.values)
    return _asks(test, name)


def _is_length(node: ast.expr, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=counted)], keywords=[]):
            return counted == name
    return False
