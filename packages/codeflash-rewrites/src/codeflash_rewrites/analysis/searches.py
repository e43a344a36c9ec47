"""A collection that loops search again and again: for what, and where an index of it can be made."""

from __future__ import annotations

import ast

from attrs import frozen

from codeflash_rewrites.analysis.loops import (
    enclosing_loops,
    loop_parts,
    repeating_comprehensions,
    statement_of,
    unchanged,
)
from codeflash_rewrites.analysis.scope import read_names
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked


@frozen
class Equality:
    """``key(item) == wanted``."""

    key: ast.expr
    """The side that reads the item."""
    wanted: ast.expr
    """The other side."""


def equality(condition: ast.expr, variables: set[str]) -> Equality | None:
    """Takes an ``==`` apart whose one side reads the item's variables and whose other side does not."""
    match condition:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            on_left, on_right = read_names(left) & variables, read_names(right) & variables
            if on_left and not on_right:
                return Equality(left, right)
            if on_right and not on_left:
                return Equality(right, left)
    return None


def first_equality(condition: ast.expr, variables: set[str]) -> Equality | None:
    """The equality that a condition asks for first: all of it, or the first term of an ``and``."""
    if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And):
        condition = condition.values[0]
    return equality(condition, variables)


def loop_equality(loop: ast.For | ast.AsyncFor, variables: set[str]) -> Equality | None:
    """The equality without which a loop does nothing for an element.

    The body is one ``if`` without an ``else`` that asks for it first, or it begins with a ``continue`` where the
    keys differ.
    """
    match loop.body:
        case [ast.If(test=test, orelse=[])]:
            return first_equality(test, variables)
        case [
            ast.If(
                test=ast.Compare(left=left, ops=[ast.NotEq()], comparators=[right]), body=[ast.Continue()]
            ),
            *_,
        ]:
            return equality(ast.Compare(left, [ast.Eq()], [right]), variables)
    return None


def other_names(variables: set[str], *parts: ast.AST) -> list[ast.expr]:
    """The names that expressions mention, but for the item's own variables."""
    return [
        node
        for part in parts
        for node in walked(part)
        if isinstance(node, ast.Name) and node.id not in variables
    ]


def is_plain(items: ast.expr) -> bool:
    """Whether an expression is a name or an attribute of one."""
    return is_plain(items.value) if isinstance(items, ast.Attribute) else isinstance(items, ast.Name)


def place_of_index(subject: Subject, node: ast.AST, wanted: ast.expr, *kept: ast.AST) -> ast.stmt | None:
    """The statement before which an index can be made.

    Args:
        subject: The function in its module.
        node: The search.
        wanted: What is sought; the same each time, it needs no index.
        kept: What the index is made of.

    Returns:
        The outermost loop around the search that leaves alone what is kept, or the statement of a comprehension
        around it; None when nothing repeats the search, or no lines can stand there.
    """
    place: ast.stmt | None = None
    comprehensions = repeating_comprehensions(subject, node)
    if comprehensions:
        if not all(unchanged(subject, part, *loop_parts(one)) for one in comprehensions for part in kept):
            return None
        place = statement_of(subject, node)
    for loop in enclosing_loops(subject, node):
        if not all(unchanged(subject, part, *loop_parts(loop)) for part in kept):
            break
        place = loop
    if place is None or unchanged(subject, wanted, place) or not may_have_lines_before(subject, place):
        return None
    return place


def may_have_lines_before(subject: Subject, statement: ast.stmt) -> bool:
    """Whether lines put before a statement run just before it: not an ``elif``, not after a ``;``."""
    if isinstance(statement, ast.If) and not subject.text.source.startswith(
        "if", subject.text.start(statement)
    ):
        return False
    return subject.text.starts_line(statement)
