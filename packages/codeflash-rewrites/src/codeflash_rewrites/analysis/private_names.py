"""Whether what a loop does with its names can be seen from elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codeflash_rewrites.analysis.loops import ancestors
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked

_REFLECTIVE = frozenset(
    {"locals", "vars", "eval", "exec", "dir", "globals", "__class__", "_getframe", "currentframe"}
)


def names_are_read_by_text(subject: Subject) -> bool:
    """Whether something in the function may look at its variables by name (``locals()``, ``eval``)."""
    if "reflective" not in subject.memo:
        subject.memo["reflective"] = any(
            (isinstance(node, ast.Name) and node.id in _REFLECTIVE)
            or (isinstance(node, ast.Attribute) and node.attr in _REFLECTIVE)
            for node in walked(subject.function)
        )
    found: bool = subject.memo["reflective"]
    return found


def stay_inside(subject: Subject, loop: ast.AST, names: Iterable[str], first: ast.AST | None = None) -> bool:
    """Whether nothing outside a loop reads what the loop binds to these names.

    Another loop that binds a name itself may use it.

    Args:
        subject: The function in its module.
        loop: The loop.
        names: Variables of the loop.
        first: A statement before the loop that belongs to it, as ``i = 0`` does to ``while i < n``.
    """
    scope = scope_of(subject)
    inside = {*walked(loop), *(walked(first) if first is not None else ())}
    around = set(ancestors(subject, loop))
    for name in names:
        if name in scope.captured or name in scope.outer or name not in scope.locals:
            return False
        for use in scope.uses(name):
            if use in inside or isinstance(use.ctx, ast.Store):
                continue
            if isinstance(use.ctx, ast.Del) or not _bound_by_a_loop(subject, use, around):
                return False
    return True


def _bound_by_a_loop(subject: Subject, use: ast.Name, around: set[ast.AST]) -> bool:
    """Whether a ``for`` that does not hold the loop in question binds the name before it is read there."""
    child: ast.AST = use
    for parent in ancestors(subject, use):
        if isinstance(parent, ast.For) and parent not in around and child in parent.body:
            targets = [part.id for part in walked(parent.target) if isinstance(part, ast.Name)]
            if use.id in targets:
                return True
        child = parent
    return False


def half_done_is_seen(subject: Subject, loop: ast.AST, name: str) -> bool:
    """Whether a value that an exception left half made may be read: after a ``try`` or ``with`` around the loop."""
    child: ast.AST = loop
    for parent in ancestors(subject, loop):
        holds = isinstance(parent, ast.With | ast.AsyncWith) or parent.__class__.__name__ in {
            "Try",
            "TryStar",
        }
        if holds and child in parent.body:  # type: ignore[attr-defined]
            kept = {node for statement in parent.body for node in walked(statement)}  # type: ignore[attr-defined]
            if any(use not in kept for use in scope_of(subject).uses(name)):
                return True
        child = parent
    return False
