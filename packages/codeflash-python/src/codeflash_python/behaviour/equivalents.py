"""Faults that are proven to change nothing, and so are never seeded.

Proven means: the compiler makes the same code of both (trivial compiler equivalence, Papadakis et al. 2015), or the
language leaves no difference. What the inputs merely do not tell apart is no proof: it counts against the checks.
"""

from __future__ import annotations

import ast
import dis
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import Any

_IDLE = frozenset({"NOP", "CACHE", "EXTENDED_ARG"})
"""Instructions that do nothing: the compiler leaves some, to have a line to stop at."""


def idle_continues(function: ast.AST) -> frozenset[ast.stmt]:
    """Each ``continue`` at the end of a loop's body, where the loop goes on by itself.

    Args:
        function: Where to look.
    """
    return frozenset(
        last
        for node in ast.walk(function)
        if isinstance(node, ast.For | ast.AsyncFor | ast.While)
        for last in _last(node.body)
        if isinstance(last, ast.Continue)
    )


def _last(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block after which the block is over, whichever way it took."""
    if not body:
        return
    node = body[-1]
    if isinstance(node, ast.If):
        yield from (*_last(node.body), *_last(node.orelse))
    elif isinstance(node, ast.With | ast.AsyncWith):
        yield from _last(node.body)
    elif isinstance(node, ast.Match):
        for case in node.cases:
            yield from _last(case.body)
    elif isinstance(node, ast.Try):
        # What follows the body is its ``else``; ``continue`` in ``finally`` would swallow an exception.
        yield from _last(node.orelse or node.body)
        for handler in node.handlers:
            yield from _last(handler.body)
    else:
        yield node


def same_instructions(one: CodeType, other: CodeType) -> bool:
    """Whether two code objects do the same: equal instructions, but for lines and for those that do nothing.

    Args:
        one: A code object.
        other: Another one.
    """
    return _told(one) == _told(other)


def _told(code: CodeType) -> tuple[Any, ...]:
    found = [each for each in dis.get_instructions(code) if each.opname not in _IDLE]
    places = [each.offset for each in found]
    # A jump to an instruction that does nothing is one to the next that does something.
    number = {offset: at for at, offset in enumerate(places)}
    for each in reversed(list(dis.get_instructions(code))):
        following = number.get(each.offset + 2, len(places))
        number.setdefault(each.offset, following)
    jumps = {*dis.hasjrel, *dis.hasjabs}
    instructions = tuple(
        (each.opname, number.get(each.argval, -1) if each.opcode in jumps else each.arg) for each in found
    )
    guarded = tuple(
        (
            number.get(each.start, -1),
            number.get(each.end, -1),
            number.get(each.target, -1),
            each.depth,
            each.lasti,
        )
        for each in dis.Bytecode(code).exception_entries  # type: ignore[attr-defined]
    )
    # Arguments are numbers of these: where all of them are equal, so is what the instructions name.
    tables = (
        code.co_name, code.co_flags, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount,
        code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, _constant(code.co_consts),
    )  # fmt: skip
    return tables, instructions, guarded


def _constant(value: Any) -> Any:
    """A constant that is equal only where type and sign are as well."""
    if isinstance(value, CodeType):
        return ("code", _told(value))
    if isinstance(value, tuple | frozenset):
        parts = [_constant(each) for each in value]
        return (type(value).__name__, *(parts if isinstance(value, tuple) else sorted(parts, key=repr)))
    return (type(value).__name__, repr(value))
