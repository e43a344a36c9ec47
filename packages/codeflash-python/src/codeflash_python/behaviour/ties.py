"""Comparisons at their bound: what is the same there whichever way is taken, proven from whole numbers.

``a // 100 if a > 0 else 0`` gives 0 for the whole number 0 with ``>`` and with ``>=``; for 0.0 it does not. So the name
must be known to hold whole numbers: by every assignment to it in the function, or as a parameter declared ``int``
(the inputs that are made keep to what is declared). Of a parameter it may still be a bool.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

Whole = Literal["int", "bool-or-int"]

ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)

_ARITHMETIC: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def agrees_at_tie(test: ast.Compare, parent: ast.AST, whole: Mapping[str, Whole]) -> bool:
    """Whether both ways of a choice give the same whole number where its two sides are equal.

    Then ``>`` and ``>=`` choose between equal values, and no input can tell one from the other.

    Args:
        test: The comparison.
        parent: What it is a part of.
        whole: Names that hold whole numbers.
    """
    branches = _branches(test, parent)
    if branches is None or len(test.ops) != 1 or not isinstance(test.ops[0], ORDERED):
        return False
    name, bound = test.left, test.comparators[0]
    if isinstance(name, ast.Constant):
        name, bound = bound, name
    if not isinstance(name, ast.Name) or name.id not in whole:
        return False
    value = _value(bound, "", 0)
    if value is None:
        return False
    if whole[name.id] != "int" and any(isinstance(branch, ast.Name) for branch in branches):
        return False
    first, second = (_value(branch, name.id, value) for branch in branches)
    return first is not None and first == second


def _branches(test: ast.Compare, parent: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """The two values that a condition chooses between: an expression's, returned ones, or those of one name."""
    if isinstance(parent, ast.IfExp) and parent.test is test:
        return parent.body, parent.orelse
    if not isinstance(parent, ast.If) or parent.test is not test:
        return None
    if len(parent.body) != 1 or len(parent.orelse) != 1:
        return None
    first, second = parent.body[0], parent.orelse[0]
    if isinstance(first, ast.Return) and isinstance(second, ast.Return) and first.value and second.value:
        return first.value, second.value
    if isinstance(first, ast.Assign) and isinstance(second, ast.Assign):
        targets = [*first.targets, *second.targets]
        if len(targets) == 2 and all(isinstance(each, ast.Name) for each in targets):
            return (first.value, second.value) if ast.dump(targets[0]) == ast.dump(targets[1]) else None
    return None


def _value(node: ast.expr, name: str, value: int) -> int | None:
    """The whole number that an expression of whole numbers and one name gives; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if isinstance(node, ast.Name):
        return value if node.id == name else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand, name, value)
        return None if inner is None else -inner
    if not isinstance(node, ast.BinOp) or type(node.op) not in _ARITHMETIC:
        return None
    left, right = _value(node.left, name, value), _value(node.right, name, value)
    if left is None or right is None:
        return None
    try:
        return _ARITHMETIC[type(node.op)](left, right)
    except ZeroDivisionError:
        return None


def whole_names(function: FunctionNode, shadowed: frozenset[str] = frozenset()) -> dict[str, Whole]:
    """Names in a function that only ever hold whole numbers.

    Args:
        function: The function.
        shadowed: Names that the module binds: they may be no builtins.
    """
    bound: dict[str, list[ast.expr | None]] = {}
    for name, value in _bindings(function):
        bound.setdefault(name, []).append(value)
    found: dict[str, Whole] = {}
    declared = _declared(function)
    taken = {each.arg for each in ast.walk(function) if isinstance(each, ast.arg)}
    shadowed = shadowed | set(bound) | taken
    arguments = taken - declared
    # From the bottom up: a name counts once all that it is bound to does.
    while True:
        more = dict(found)
        for name in {*bound, *declared} - arguments - set(found):
            kinds = [_kind(value, {**more, name: "int"}, shadowed) for value in bound.get(name, ())]
            if name in declared:
                kinds.append("bool-or-int")
            if kinds and all(kinds):
                more[name] = "int" if all(kind == "int" for kind in kinds) else "bool-or-int"
        if more == found:
            return found
        found = more


def _declared(function: FunctionNode) -> set[str]:
    """Parameters of the function, of no nested one, that are declared ``int`` without another default."""
    args = function.args
    plain = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(args.defaults))
    pairs = [*zip(plain, [*defaults, *args.defaults], strict=True)]
    pairs += zip(args.kwonlyargs, args.kw_defaults, strict=True)
    found = {
        each.arg
        for each, default in pairs
        if isinstance(each.annotation, ast.Name)
        and each.annotation.id == "int"
        and (default is None or (isinstance(default, ast.Constant) and type(default.value) is int))
    }
    own = {id(each) for each, _ in pairs}
    nested = {each.arg for each in ast.walk(function) if isinstance(each, ast.arg) and id(each) not in own}
    return found - nested


def _bindings(function: FunctionNode) -> Iterator[tuple[str, ast.expr | None]]:
    """What each name is bound to, None for what is not a plain expression; nested scopes are not told apart."""
    known: dict[int, ast.expr] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            known.update((id(target), node.value) for target in node.targets)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            known[id(node.target)] = node.value
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            known[id(node.target)] = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Call):
            called = node.iter.func.id if isinstance(node.iter.func, ast.Name) else ""
            if called == "range":
                # Its items are whole numbers as the length of something is.
                known[id(node.target)] = ast.Call(ast.Name("range", ast.Load()), [], [])
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id, known.get(id(node))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from ((name, None) for name in node.names)
        elif isinstance(node, FunctionNode | ast.ClassDef) and node is not function:
            yield node.name, None
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0], None
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name, None
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest, None


def _kind(node: ast.expr | None, whole: Mapping[str, Whole], shadowed: frozenset[str]) -> Whole | None:
    """What an expression gives: a whole number, perhaps a bool, or None where that can't be told."""
    if isinstance(node, ast.Constant):
        return "int" if type(node.value) is int else None
    if isinstance(node, ast.Name):
        return whole.get(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd | ast.Invert):
        return "int" if _kind(node.operand, whole, shadowed) else None
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        return "int" if all(_kind(each, whole, shadowed) for each in (node.left, node.right)) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in shadowed:
        return "int" if node.func.id in ("len", "ord", "range") else None
    return None
