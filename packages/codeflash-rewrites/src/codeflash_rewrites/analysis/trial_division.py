"""Loops that look for a divisor of a number among all smaller ones: the square root is far enough.

If a number has a divisor at all, the least one is at most its square root. What is found first stays the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from attrs import frozen

from codeflash_rewrites.analysis.loops import block_of
from codeflash_rewrites.analysis.private_names import stay_inside
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.rule import Subject
from codeflash_syntax.edits import Edit
from codeflash_syntax.nodes import walked

FEWEST = 4
"""Up to this number the bounds that are usual in the wild (``n // 2``) may leave out the square root."""


@frozen
class Bound:
    """A bound of a trial division.

    Attributes:
        number: The number that is divided.
        stop: The expression that bounds the divisors.
        odd: Whether only odd numbers have no divisor that the loop leaves out.
        edit: The change of a ``while`` that needs no function.
        included: Whether the bound is a divisor too, as in ``while i <= n // 2``.
    """

    number: str
    stop: ast.expr
    odd: bool = False
    edit: Edit | None = None
    included: bool = False


def bounds(subject: Subject, node: ast.AST) -> Iterator[Bound]:
    """The bound of a trial division, if a node is one."""
    found: Bound | None = None
    if isinstance(node, ast.For):
        found = _of_loop(subject, node)
    elif isinstance(node, ast.Call):
        found = _of_generator(subject, node)
    elif isinstance(node, ast.While):
        found = _of_while(subject, node)
    if found is not None:
        yield found


def _of_loop(subject: Subject, loop: ast.For) -> Bound | None:
    match loop:
        case ast.For(target=ast.Name(id=divisor), iter=items, body=[ast.If(test=test, body=body, orelse=[])]):
            number = divided(test, divisor, hit=True)
        case _:
            return None
    if not number or not _is_done_once(body) or not stay_inside(subject, loop, [divisor]):
        return None
    if any(isinstance(node, ast.Name) and node.id in {number, divisor} and not isinstance(node.ctx, ast.Load)
           for statement in loop.body for node in walked(statement)):  # fmt: skip
        return None
    if any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Await) for node in walked(loop)):
        return None
    return _bounded(subject, number, items)


def _is_done_once(body: Sequence[ast.stmt]) -> bool:
    """Whether a second hit changes nothing: the first one ends the loop, or says the same constants."""
    if isinstance(body[-1], ast.Return | ast.Break | ast.Raise):
        return True
    return all(
        isinstance(one, ast.Assign)
        and isinstance(one.value, ast.Constant)
        and all(isinstance(target, ast.Name) for target in one.targets)
        for one in body
    )


def _of_generator(subject: Subject, call: ast.Call) -> Bound | None:
    match call:
        case ast.Call(
            func=ast.Name(id="any" | "all" as name),
            args=[
                ast.GeneratorExp(
                    elt=test, generators=[ast.comprehension(target=ast.Name(id=divisor), iter=items, ifs=[])]
                )
            ],
            keywords=[],
        ) if is_builtin(subject, name):
            number = divided(test, divisor, hit=name == "any")
            return _bounded(subject, number, items) if number else None
    return None


def divided(test: ast.expr, divisor: str, hit: bool) -> str:
    """The number that a condition divides; empty for any other condition.

    Args:
        test: The condition.
        divisor: The name of the divisor.
        hit: Whether the condition holds for divisors, or for all others.
    """
    match test:
        case ast.Compare(
            left=ast.BinOp() as rest,
            ops=[ast.Eq() | ast.NotEq() as operator],
            comparators=[ast.Constant(value=0)],
        ):
            wanted = isinstance(operator, ast.Eq)
        case ast.UnaryOp(op=ast.Not(), operand=ast.BinOp() as rest):
            wanted = True
        case ast.BinOp() as rest:
            wanted = False
        case _:
            return ""
    match rest:
        case ast.BinOp(left=ast.Name(id=number), op=ast.Mod(), right=ast.Name(id=by)) if (
            by == divisor != number
        ):
            return number if wanted == hit else ""
    return ""


def _bounded(subject: Subject, number: str, items: ast.expr) -> Bound | None:
    match items:
        case ast.Call(
            func=ast.Name(id="range"), args=[ast.Constant(value=2 | 3 as first), stop], keywords=[]
        ):
            odd = first == 3
        case ast.Call(
            func=ast.Name(id="range"), args=[ast.Constant(value=3), stop, ast.Constant(value=2)], keywords=[]
        ):
            odd = True
        case _:
            return None
    far = {
        number,
        f"{number} // 2",
        f"{number} // 2 + 1",
        f"{number} - 1",
        f"int({number} / 2)",
        f"int({number} / 2) + 1",
    }
    if ast.unparse(stop) not in far or not is_builtin(subject, "range"):
        return None
    return Bound(number, stop, odd)


def _of_while(subject: Subject, loop: ast.While) -> Bound | None:
    """``i = 2`` and ``while i < n: if n % i == 0: return ...; i += 1``."""
    match loop:
        case ast.While(
            test=ast.Compare(
                left=ast.Name(id=divisor), ops=[ast.Lt() | ast.LtE() as operator], comparators=[stop]
            ),
            body=[ast.If(test=test, body=body, orelse=[]), step],
        ):
            number = divided(test, divisor, hit=True)
        case _:
            return None
    far = {number} if isinstance(operator, ast.Lt) else {f"{number} // 2", f"{number} - 1"}
    if (
        not number
        or ast.unparse(stop) not in far
        or not isinstance(body[-1], ast.Return | ast.Break | ast.Raise)
    ):
        return None
    if ast.unparse(step) not in {f"{divisor} += 1", f"{divisor} = {divisor} + 1"}:
        return None
    stores = [
        node.id for node in walked(loop) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    ]
    if number in stores or stores.count(divisor) != 1:
        return None
    begin = _begins_at_two(subject, loop, divisor)
    if begin is None or not stay_inside(subject, loop, [divisor], begin):
        return None
    edit = subject.text.replace(loop.test, f"{divisor} * {divisor} <= {number}")
    return Bound(number, stop, edit=edit, included=isinstance(operator, ast.LtE))


def _begins_at_two(subject: Subject, loop: ast.While, divisor: str) -> ast.stmt | None:
    block = block_of(subject, loop)
    for before in reversed(block[: block.index(loop)]):
        match before:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=2)) if name == divisor:
                return before
        if any(isinstance(node, ast.Name) and node.id == divisor for node in walked(before)):
            return None
    return None
