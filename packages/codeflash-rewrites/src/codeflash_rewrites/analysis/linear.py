"""Sums of names, lengths and whole numbers, and what can be said of them over the turns of loops."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from codeflash_rewrites.analysis.loops import block_of, enclosing_loops, repeating_comprehensions, unchanged
from codeflash_rewrites.analysis.scope import bound_names, scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.rule import Subject

LENGTH = "len()"
"""The symbol of the length of the sequence in question."""

Form = Mapping[str, int]
"""The factor of each symbol; that of the constant stands under an empty one."""


@frozen
class Range:
    """What a loop's variable runs over.

    Attributes:
        variable: Its name.
        low: The least value.
        high: The greatest value.
        whole: Whether it takes each value between.
    """

    variable: str
    low: Form
    high: Form
    whole: bool = True


def plus(one: Form, other: Form, factor: int = 1) -> dict[str, int]:
    """Adds a multiple of one form to another."""
    result = dict(one)
    for symbol, value in other.items():
        result[symbol] = result.get(symbol, 0) + factor * value
    return {symbol: value for symbol, value in result.items() if value}


def linear(subject: Subject, node: ast.expr, sequence: ast.expr) -> Form | None:
    """An expression as a sum; None where it is none.

    Args:
        subject: The function in its module.
        node: The expression.
        sequence: The sequence whose length has a symbol of its own.
    """
    match node:
        case ast.Constant(value=int(number)) if type(number) is int:
            return {"": number} if number else {}
        case ast.Name(id=name):
            return {LENGTH: 1} if _is_length(subject, name, sequence) else {name: 1}
        case ast.Call(func=ast.Name(id="len"), args=[counted], keywords=[]):
            return {LENGTH: 1} if ast.dump(counted) == ast.dump(sequence) else None
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            first, second = linear(subject, left, sequence), linear(subject, right, sequence)
            if first is None or second is None:
                return None
            return plus(first, second, 1 if isinstance(node.op, ast.Add) else -1)
    return None


def _is_length(subject: Subject, name: str, sequence: ast.expr) -> bool:
    """Whether a local is the length of the sequence and nothing else ever."""
    definitions = scope_of(subject).definitions(name) if name in scope_of(subject).locals else None
    if definitions is None or len(definitions) != 1:
        return False
    return ast.dump(definitions[0]) == ast.dump(
        ast.Call(ast.Name("len", ast.Load()), [sequence], [])
    ) and is_builtin(subject, "len")


def lengths_hold(subject: Subject, forms: Sequence[ast.expr], sequence: ast.expr, place: ast.stmt) -> bool:
    """Whether the sequence is as long at a place as it was where names were set to its length.

    Args:
        subject: The function in its module.
        forms: Expressions with such names.
        sequence: The sequence.
        place: The place; what it does itself is not looked at.
    """
    names = {part.id for one in forms for part in ast.walk(one) if isinstance(part, ast.Name)}
    for name in names:
        if _is_length(subject, name, sequence) and not _holds_until(subject, name, sequence, place):
            return False
    return True


def _holds_until(subject: Subject, name: str, sequence: ast.expr, place: ast.stmt) -> bool:
    start = subject.parents[scope_of(subject).stores(name)[0]]
    if not isinstance(start, ast.stmt):
        return False
    block, around = block_of(subject, start), place
    while around not in block:
        parent = subject.parents[around]
        if not isinstance(parent, ast.stmt):
            return False
        around = parent
    between = block[block.index(start) + 1 : block.index(around)]
    if around is not place:
        between = [*between, around]
    return block.index(start) < block.index(around) and unchanged(subject, sequence, *between)


def ranges(subject: Subject, node: ast.AST, sequence: ast.expr) -> list[Range]:
    """What the variables of the loops around a node run over, innermost first; others are left out."""
    found: list[Range | None] = []
    for comprehension in repeating_comprehensions(subject, node):
        for clause in reversed(comprehension.generators):
            found.append(_range(subject, clause.target, clause.iter, sequence))
    for loop in enclosing_loops(subject, node):
        if isinstance(loop, ast.For):
            one = _range(subject, loop.target, loop.iter, sequence)
            found.append(one if one and one.variable not in bound_names(*loop.body) else None)
    return [one for one in found if one]


def _range(subject: Subject, target: ast.expr, iterated: ast.expr, sequence: ast.expr) -> Range | None:
    match target, iterated:
        case ast.Name(id=name), ast.Call(func=ast.Name(id="range"), args=arguments, keywords=[]):
            pass
        case (
            ast.Tuple(elts=[ast.Name(id=name), _]),
            ast.Call(func=ast.Name(id="enumerate"), args=[items, *starts], keywords=[]),
        ):
            start = linear(subject, starts[0], sequence) if starts else {}
            if ast.dump(items) != ast.dump(sequence) or start is None or not is_builtin(subject, "enumerate"):
                return None
            return Range(name, start, plus(start, {LENGTH: 1, "": -1}))
        case _:
            return None
    forms = [linear(subject, one, sequence) for one in arguments]
    if not forms or None in forms or not is_builtin(subject, "range"):
        return None
    if len(forms) == 3 and not (set(forms[2] or {}) == {""} and (forms[2] or {})[""] > 0):
        return None
    low, end = ({}, forms[0]) if len(forms) == 1 else (forms[0], forms[1])
    return Range(name, low or {}, plus(end or {}, {"": -1}), whole=len(forms) < 3 or forms[2] == {"": 1})


def never_negative(form: Form, known: Sequence[Range]) -> frozenset[str] | None:
    """The symbols that must not be negative for a sum not to be; None where that is not enough.

    Args:
        form: The sum.
        known: What the loops' variables run over, innermost first.
    """
    least = extreme(form, known, greatest=False)
    if least.get("", 0) < 0 or any(value < 0 for value in least.values()):
        return None
    return frozenset(_symbols(least))


def extreme(form: Form, known: Sequence[Range], *, greatest: bool) -> Form:
    """The greatest or least value of a sum, with the loops' variables put at their ends."""
    result = dict(form)
    for one in known:
        factor = result.pop(one.variable, 0)
        if factor:
            result = plus(result, one.high if (factor > 0) is greatest else one.low, factor)
    return result


def _symbols(form: Form) -> Iterator[str]:
    return (symbol for symbol in form if symbol not in {"", LENGTH})
