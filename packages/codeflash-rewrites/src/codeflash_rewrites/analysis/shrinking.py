"""Loops that walk a list while elements of it go: over a copy, or by index from its end."""

from __future__ import annotations

import ast

from attrs import frozen

from codeflash_rewrites.analysis.searches import is_plain
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of
from codeflash_rewrites.analysis.uses import uses_of
from codeflash_rewrites.rule import Subject

_LIST_ONLY = frozenset({"append", "extend", "insert", "index", "sort", "reverse"})


@frozen
class Copied:
    """A copy of a list that a loop walks.

    Attributes:
        items: The list.
        certain: Whether only a list, or what behaves like one, can be copied so.
    """

    items: ast.expr
    certain: bool


def copied(subject: Subject, iterated: ast.expr) -> Copied | None:
    """What a loop walks a copy of, if it does.

    Args:
        subject: The function in its module.
        iterated: What the loop walks.
    """
    match iterated:
        case ast.Subscript(value=items, slice=ast.Slice(lower=None, upper=None, step=None)):
            return Copied(items, certain=True) if is_plain(items) else None
        case ast.Call(func=ast.Name(id="list" | "tuple" as called), args=[items], keywords=[]):
            if not is_builtin(subject, called):
                return None
        case ast.Call(func=ast.Attribute(value=items, attr="copy"), args=[], keywords=[]):
            pass
        case ast.List(elts=[ast.Starred(value=items)]):
            pass
        case _:
            return None
    if not is_plain(items) or kind_of(subject, items) not in {None, "list"}:
        return None
    return Copied(items, certain=_is_list(subject, items))


def _is_list(subject: Subject, items: ast.expr) -> bool:
    if kind_of(subject, items) == "list":
        return True
    if not isinstance(items, ast.Name):
        return False
    return any(use.kind == "call" and use.detail in _LIST_ONLY for use in uses_of(subject, items.id))


def indices_backwards(subject: Subject, iterated: ast.expr) -> ast.expr | None:
    """The list whose indices are walked from the last to the first."""
    match iterated:
        case ast.Call(
            func=ast.Name(id="reversed"), args=[ast.Call(func=ast.Name(id="range"), args=[length])]
        ):
            pass
        case ast.Call(
            func=ast.Name(id="range"),
            args=[ast.BinOp(left=length, op=ast.Sub(), right=ast.Constant(value=1)), stop, step],
        ):
            if (ast.unparse(stop), ast.unparse(step)) != ("-1", "-1"):
                return None
        case _:
            return None
    match length:
        case ast.Call(func=ast.Name(id="len"), args=[items], keywords=[]):
            known = is_plain(items) and is_builtin(subject, "len", "range", "reversed")
            return items if known else None
    return None


def is_place(node: ast.Subscript, items: ast.expr, index: str) -> bool:
    """Whether a subscript is ``items[index]``."""
    return isinstance(node.slice, ast.Name) and node.slice.id == index and same(node.value, items)


def is_deletion(statement: ast.stmt, items: ast.expr, index: str) -> bool:
    """Whether a statement is ``del xs[i]`` or ``xs.pop(i)``."""
    match statement:
        case ast.Delete(targets=[ast.Subscript() as place]):
            return is_place(place, items, index)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=holder, attr="pop"), args=[ast.Name(id=at)])):
            return at == index and same(holder, items)
    return False


def same(one: ast.expr, other: ast.expr) -> bool:
    """Whether two expressions are written alike."""
    return ast.unparse(one) == ast.unparse(other)


def root_of(node: ast.expr) -> str:
    """The name that an attribute of an attribute begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
