"""Expressions on whole numbers that one function of the standard library answers without their intermediate results."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.imports import imported
from codeflash_rewrites.analysis.names import faithful, is_member
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.rule import Rewrite, Subject
from codeflash_syntax.edits import Edit

_INTEGER_OPERATORS = ast.Add | ast.Sub | ast.Mult | ast.BitAnd | ast.BitOr | ast.BitXor


def are_ints(*names: str) -> str:
    """The condition that names are plain ints: no bool, no subclass, nothing of numpy's."""
    return " is ".join(f"type({name})" for name in dict.fromkeys(names)) + " is int"


def _plain_names(node: ast.expr) -> list[str] | None:
    """The names of an expression that is an int where they are; None for any other expression."""
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Constant(value=int()):
            return []
        case ast.BinOp(left=left, op=operator, right=right) if isinstance(operator, _INTEGER_OPERATORS):
            one, other = _plain_names(left), _plain_names(right)
            return None if one is None or other is None else [*one, *other]
    return None


def _is_old_way(subject: Subject, node: ast.expr) -> bool:
    """Whether an expression is what a test of types falls back to."""
    parent = subject.parents[node]
    return isinstance(parent, ast.IfExp) and parent.orelse is node and "type(" in ast.unparse(parent.test)


def _chosen(subject: Subject, node: ast.expr, new: str, check: str) -> Edit:
    shown = f"{new} if {check} else {subject.text.text(node)}"
    alone = isinstance(subject.parents[node], ast.Assign | ast.AnnAssign | ast.Return)
    return subject.text.replace(node, shown if alone else f"({shown})")


def modular_power(subject: Subject, rule: str, node: ast.BinOp) -> Iterator[Rewrite]:
    """``b**e % m``."""
    match node:
        case ast.BinOp(left=ast.BinOp(left=base, op=ast.Pow(), right=exponent), op=ast.Mod(), right=modulus):
            pass
        case ast.BinOp(
            left=ast.Call(func=ast.Name(id="pow"), args=[base, exponent], keywords=[]),
            op=ast.Mod(),
            right=modulus,
        ):
            pass
        case _:
            return
    parts = [_plain_names(one) for one in (base, exponent, modulus)]
    small = isinstance(exponent, ast.Constant) and exponent.value < 3  # type: ignore[operator]
    zero = isinstance(modulus, ast.Constant) and not modulus.value
    if None in parts or small or zero or not is_builtin(subject, "pow") or not faithful(subject, node):
        return
    names = list(dict.fromkeys(name for part in parts for name in part or ()))
    if not names or _is_old_way(subject, node):
        return
    text = subject.text
    new = f"pow({text.text(base)}, {text.text(exponent)}, {text.text(modulus)})"
    why = "`pow` of three numbers never makes the whole power, only its rest."
    if all(kind_of(subject, ast.Name(name, ast.Load())) == "int" for name in names):
        yield subject.rewrite(rule, [text.replace(node, new)], why)
    checks = [are_ints(*names)]
    if not isinstance(exponent, ast.Constant):
        checks.append(f"{text.text(exponent)} >= 0")
    if not isinstance(modulus, ast.Constant):
        checks.append(f"{text.text(modulus)} != 0")
    if is_builtin(subject, "type", "int"):
        yield subject.rewrite(rule, [_chosen(subject, node, new, " and ".join(checks))], why, "guarded")


def bit_count(subject: Subject, rule: str, call: ast.Call) -> Iterator[Rewrite]:
    """``bin(n).count("1")``; the sign of a negative number counts in neither."""
    match call:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Name(id="bin"), args=[number], keywords=[])
                | ast.Subscript(
                    value=ast.Call(func=ast.Name(id="bin"), args=[number], keywords=[]),
                    slice=ast.Slice(lower=ast.Constant(value=2), upper=None, step=None),
                ),
                attr="count",
            ),
            args=[ast.Constant(value="1")],
            keywords=[],
        ) if is_builtin(subject, "bin"):
            names = _plain_names(number)
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(
                    func=ast.Name(id="format"), args=[number, ast.Constant(value="b")], keywords=[]
                ),
                attr="count",
            ),
            args=[ast.Constant(value="1")],
            keywords=[],
        ) if is_builtin(subject, "format"):
            names = _plain_names(number)
        case _:
            return
    if not names or _is_old_way(subject, call) or not faithful(subject, call):
        return
    shown = subject.text.text(number)
    new = f"{shown}.bit_count()" if isinstance(number, ast.Name) else f"({shown}).bit_count()"
    why = f"`int.bit_count` counts the bits of `{shown}` without writing them out as text."
    if all(kind_of(subject, ast.Name(name, ast.Load())) == "int" for name in names):
        yield subject.rewrite(rule, [subject.text.replace(call, new)], why)
    if is_builtin(subject, "type", "int"):
        yield subject.rewrite(rule, [_chosen(subject, call, new, are_ints(*names))], why, "guarded")


def binomial(subject: Subject, rule: str, node: ast.BinOp) -> Iterator[Rewrite]:
    """``factorial(n) // (factorial(k) * factorial(n - k))`` and ``factorial(n) // factorial(n - k)``."""
    match node:
        case ast.BinOp(left=top, op=ast.FloorDiv(), right=ast.BinOp(left=one, op=ast.Mult(), right=other)):
            below = [_factorial_of(subject, one), _factorial_of(subject, other)]
        case ast.BinOp(left=top, op=ast.FloorDiv(), right=right):
            below = [_factorial_of(subject, right)]
        case _:
            return
    whole = _factorial_of(subject, top)
    if (
        not isinstance(whole, ast.Name)
        or None in below
        or _is_old_way(subject, node)
        or not faithful(subject, node)
    ):
        return
    n = whole.id
    rests = [each for each in below if isinstance(each, ast.BinOp)]
    chosen = [each for each in below if isinstance(each, ast.Name)]
    if len(rests) != 1 or len(chosen) != len(below) - 1:
        return
    k = ast.unparse(rests[0]).removeprefix(f"{n} - ")
    if (
        not k.isidentifier()
        or k == n
        or any(each.id != k for each in chosen)
        or not is_builtin(subject, "type", "int")
    ):
        return
    name = "comb" if chosen else "perm"
    adding = imported(subject, "math", name)
    check = f"{are_ints(n, k)} and 0 <= {k} <= {n}"
    why = f"`math.{name}` makes no number larger than its result."
    edit = _chosen(subject, node, f"{adding.called}({n}, {k})", check)
    yield subject.rewrite(rule, [*adding.edits, edit], why, "guarded", adding.adds)


def _factorial_of(subject: Subject, node: ast.expr) -> ast.expr | None:
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        return node.args[0] if is_member(subject, node.func, "math", "factorial") else None
    return None
