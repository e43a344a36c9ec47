"""Small faults in Python source, one at a time: the changes that tests should notice.

The operators follow the usual set of mutation testing (DeMillo, Lipton and Sayward 1978; Offutt et al. 1996):
relations, arithmetic, logic, constants, bounds, dropped statements, swapped arguments, negated conditions.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Literal

from attrs import evolve, frozen

from codeflash_python.behaviour.equivalents import idle_continues
from codeflash_python.behaviour.ties import FunctionNode, agrees_at_tie, whole_names

_RELATIONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_REVERSED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}

Bound = Literal["", "stricter", "looser"]

_STRICTER = frozenset({(ast.LtE, ast.Lt), (ast.GtE, ast.Gt), (ast.Or, ast.And)})
"""What an operator becomes where the whole is then true only less often."""

_OTHERS = {"max": "min", "min": "max"}
"""Functions that become another one: their arguments are not swapped, which of two equal ones is kept is not asked."""


@frozen
class Replacement:
    """A part of the source and what to put in its place.

    Attributes:
        node: The part.
        text: Its replacement.
        condition: The innermost part of an ``if``'s condition that holds the part and can be forced to true
            or false by itself: the whole condition, or one side of its ``and`` or ``or``. None elsewhere.
        bound: Whether the condition is then true only where it was, or wherever it was; empty where neither
            can be told.
    """

    node: ast.expr | ast.stmt
    text: str
    condition: ast.expr | None = None
    bound: Bound = ""


@frozen
class _Where:
    """Where a part stands.

    Attributes:
        parent: What it is a part of.
        condition: The condition that it is in.
        sign: 1 where the condition can only become true when the part does, -1 where it is the other way
            round, 0 where that can't be told.
    """

    parent: ast.AST
    condition: ast.expr | None = None
    sign: int = 0


def replacements(function: FunctionNode, shadowed: frozenset[str] = frozenset()) -> Iterator[Replacement]:
    """Every fault that can be seeded into a function's body, nested functions included.

    Args:
        function: The function.
        shadowed: Names that the module binds: they may be no builtins.
    """
    whole = whole_names(function, shadowed)
    idle = idle_continues(function)
    stack: list[tuple[ast.AST, _Where]] = []
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    stack.extend((node, _Where(function)) for node in body)
    while stack:
        node, where = stack.pop()
        if isinstance(node, ast.expr | ast.stmt):
            if isinstance(node, ast.BoolOp) and node is where.condition:
                # The sides of a guard are broken one by one, which is the sharper question.
                found: Iterator[str] = iter(())
            elif node in idle:
                found = iter(())
            else:
                found = _texts(node)
            if isinstance(node, ast.Compare) and (
                _keeps_extreme(node, where.parent) or agrees_at_tie(node, where.parent, whole)
            ):
                # Of two equal values one is kept, or both ways give the same: the direction is broken.
                found = iter([_written(_with(node, ops=[_REVERSED[type(node.ops[0])]()]))])
                where = evolve(where, sign=0)
            for text in found:
                yield Replacement(node, text, where.condition, _bound(node, where.sign))
        stack.extend(_children(node, where))


def _bound(node: ast.AST, sign: int) -> Bound:
    """What the one fault of an operator does to the condition around it."""
    if isinstance(node, ast.Compare):
        pair: tuple[type, type] = (type(node.ops[0]), _RELATIONS[type(node.ops[0])])
    elif isinstance(node, ast.BoolOp):
        pair = (ast.Or, ast.And) if isinstance(node.op, ast.Or) else (ast.And, ast.Or)
    else:
        return ""
    way = sign * ((pair in _STRICTER) - (pair[::-1] in _STRICTER))
    return "stricter" if way > 0 else "looser" if way < 0 else ""


def _keeps_extreme(test: ast.Compare, condition: ast.AST) -> bool:
    """Whether a comparison keeps the smaller or larger of two: ``if a < m: m = a`` or ``a if a < m else m``.

    Which of two equal ones it keeps is not asked: for that there is no fault, so nothing is claimed about it.
    """
    if not isinstance(condition, ast.If | ast.IfExp) or condition.test is not test or len(test.ops) != 1:
        return False
    if type(test.ops[0]) not in _REVERSED:
        return False
    compared = {ast.unparse(test.left), ast.unparse(test.comparators[0])}
    if isinstance(condition, ast.IfExp):
        return compared == {ast.unparse(condition.body), ast.unparse(condition.orelse)}
    first = condition.body[0]
    if len(condition.body) != 1 or condition.orelse or not isinstance(first, ast.Assign):
        return False
    return compared == {ast.unparse(first.targets[0]), ast.unparse(first.value)}


def _children(node: ast.AST, where: _Where) -> Iterator[tuple[ast.AST, _Where]]:
    skipped: list[ast.AST] = []
    if isinstance(node, ast.JoinedStr | ast.FormattedValue):
        return
    if isinstance(node, FunctionNode):
        skipped = [node.args, *node.decorator_list, *([node.returns] if node.returns else [])]
    elif isinstance(node, ast.AnnAssign):
        skipped = [node.annotation]
    for child in ast.iter_child_nodes(node):
        if child in skipped or isinstance(child, ast.expr_context | ast.operator | ast.cmpop):
            continue
        if isinstance(node, ast.If | ast.IfExp) and child is node.test:
            yield child, _Where(node, node.test, 1)
        elif isinstance(node, ast.BoolOp) and node is where.condition and isinstance(child, ast.expr):
            yield child, _Where(node, child, 1)
        elif isinstance(child, ast.stmt):
            yield child, _Where(node)
        else:
            yield child, _Where(node, where.condition, where.sign * _passed_on(node, child, where.parent))


def _passed_on(node: ast.AST, child: ast.AST, parent: ast.AST) -> int:
    """Whether a part makes the whole true (1), false (-1), or neither for sure (0)."""
    if isinstance(node, ast.BoolOp):
        return 1
    if isinstance(node, ast.UnaryOp):
        return -1 if isinstance(node.op, ast.Not) else 0
    if isinstance(node, ast.Call):
        known = isinstance(node.func, ast.Name) and node.func.id in ("all", "any")
        return 1 if known and [child] == node.args and isinstance(child, ast.GeneratorExp) else 0
    if isinstance(node, ast.GeneratorExp):
        quantified = isinstance(parent, ast.Call) and [node] == parent.args
        return 1 if quantified and child is node.elt else 0
    return 0


def _texts(node: ast.expr | ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.BinOp):
        other = _OPERATORS.get(type(node.op))
        if other is not None and not _is_text(node):
            yield _written(_with(node, op=other()))
    elif isinstance(node, ast.BoolOp):
        yield _written(_with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And()))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield _written(node.operand)
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Slice):
        return
    elif isinstance(node, ast.Subscript):
        yield from _sliced(node)
    elif isinstance(node, ast.Call):
        yield from _called(node)
    elif isinstance(node, ast.IfExp):
        yield _written(_with(node, test=_negated(node.test)))
    elif isinstance(node, ast.stmt):
        yield from _statements(node)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _written(node: ast.AST) -> str:
    return f"({ast.unparse(node)})"


def _negated(test: ast.expr) -> ast.expr:
    return (
        test.operand
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        else ast.UnaryOp(ast.Not(), test)
    )


def _is_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    return any(
        isinstance(side, ast.JoinedStr)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes))
        for side in sides
    )


def _compared(node: ast.Compare) -> Iterator[str]:
    other = _RELATIONS[type(node.ops[0])]
    yield _written(_with(node, ops=[other(), *node.ops[1:]]))


def _constants(node: ast.Constant) -> Iterator[str]:
    value = node.value
    if isinstance(value, bool):
        yield repr(not value)
    elif isinstance(value, int | float):
        yield f"({value + 1!r})"
    elif isinstance(value, str):
        yield repr(value + "x")
    elif isinstance(value, bytes):
        yield repr(value + b"x")


def _sliced(node: ast.Subscript) -> Iterator[str]:
    if not isinstance(node.slice, ast.Slice) or not isinstance(node.ctx, ast.Load):
        return
    for name in ("lower", "upper"):
        bound = getattr(node.slice, name)
        if bound is not None and not isinstance(bound, ast.Constant):
            later = ast.BinOp(bound, ast.Add(), ast.Constant(1))
            yield _written(_with(node, slice=_with(node.slice, **{name: later})))


def _called(node: ast.Call) -> Iterator[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    plain = [arg for arg in node.args if not isinstance(arg, ast.Starred)]
    if name == "range" and plain == node.args and node.args:
        at = 0 if len(node.args) == 1 else 1
        args = list(node.args)
        args[at] = ast.BinOp(args[at], ast.Sub(), ast.Constant(1))
        yield _written(_with(node, args=args))
    elif isinstance(node.func, ast.Name) and name in _OTHERS:
        yield _written(_with(node, func=ast.Name(_OTHERS[name], ast.Load())))
    elif len(plain) == len(node.args) >= 2:
        first, second, *rest = node.args
        if ast.dump(first) != ast.dump(second):
            yield _written(_with(node, args=[second, first, *rest]))


def _statements(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Expr):
        if not isinstance(node.value, ast.Constant | ast.Yield | ast.YieldFrom | ast.Await):
            yield "pass"
    elif isinstance(node, ast.AugAssign | ast.Delete | ast.Continue | ast.Break):
        yield "pass"
    elif isinstance(node, ast.Assign):
        # Dropping the binding of a plain name only makes a NameError.
        if not all(isinstance(target, ast.Name) for target in node.targets):
            yield "pass"
    elif isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        yield "return None"
