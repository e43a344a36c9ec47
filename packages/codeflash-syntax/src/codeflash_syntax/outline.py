"""The outline of a module: by far the most texts that differ are told apart by it."""

from __future__ import annotations

import ast
from typing import Any, TypeAlias

Outline: TypeAlias = tuple[type[ast.AST], ...]
"""The kinds of all statements, and of the expression that each has first."""

_LEFT_OUT = frozenset({ast.Expr, ast.Pass})
"""Kinds of which a normal form may leave out some."""
_SAID = ("value", "test", "iter", "subject")
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")
_FIELDS: dict[type[ast.AST], tuple[tuple[str, ...], tuple[str, ...]]] = {}


def outline(module: ast.Module) -> Outline:
    """The outline of a module, whose expressions are not walked.

    Everything that it tells is told by the normal form too: modules of one normal form have one outline.
    """
    found: list[type[ast.AST]] = []
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind in _LEFT_OUT:
            continue
        found.append(kind)
        said, blocks = _FIELDS.get(kind) or _fields(kind)
        for name in said:
            found.append(type(getattr(node, name)))
        for name in blocks:
            inside: Any = getattr(node, name)
            waiting += inside
    return tuple(found)


def _fields(kind: type[ast.AST]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a kind of statement that hold an expression, and those that hold blocks of statements."""
    _FIELDS[kind] = (
        tuple(name for name in _SAID if name in kind._fields),
        tuple(name for name in _BLOCKS if name in kind._fields),
    )
    return _FIELDS[kind]
