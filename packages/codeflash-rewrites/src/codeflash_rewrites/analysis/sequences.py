"""Whether an expression may be a list, judged by all that the function does with it."""

from __future__ import annotations

import ast

from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.types import kind_of, traced_types
from codeflash_rewrites.analysis.uses import uses_of
from codeflash_rewrites.rule import Subject

_LIST_METHODS = {"append", "extend", "insert", "pop", "remove", "sort", "reverse", "index", "count", "copy"}
_SEQUENCES = {"builtins.list", "builtins.tuple"}


def may_be_list(subject: Subject, container: ast.expr) -> bool:
    """Whether a local, or an attribute of a name, may be a list or a tuple.

    Args:
        subject: The function in its module.
        container: The expression that is searched.
    """
    if isinstance(container, ast.Attribute):
        return isinstance(container.value, ast.Name)
    if not isinstance(container, ast.Name) or container.id not in scope_of(subject).locals:
        return False
    seen = traced_types(subject, container.id)
    if any(use.kind == "call" and use.detail not in _LIST_METHODS for use in uses_of(subject, container.id)):
        return False
    definitions = scope_of(subject).definitions(container.id) or []
    if any(isinstance(value, ast.BinOp) and not isinstance(value.op, ast.Add) for value in definitions):
        return False  # sets are joined by such operators, and are fast already
    if any("set(" in ast.unparse(value) for value in definitions):
        return False
    return kind_of(subject, container) in {None, "list", "tuple"} and (
        not seen or bool(_SEQUENCES & set(seen))
    )
