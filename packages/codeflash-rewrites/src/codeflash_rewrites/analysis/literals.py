"""Expressions whose value is settled when the module is imported."""

from __future__ import annotations

import ast
import sys

from codeflash_rewrites.analysis.names import (
    has_star_import,
    is_builtin,
    module_bindings,
    scope_names,
    top_level_statement,
)
from codeflash_rewrites.rule import Subject

_TYPES = frozenset(
    {
        "int",
        "str",
        "float",
        "bool",
        "bytes",
        "bytearray",
        "complex",
        "list",
        "dict",
        "set",
        "tuple",
        "frozenset",
        "object",
        "type",
        "range",
        "slice",
        "ValueError",
        "TypeError",
        "KeyError",
        "IndexError",
        "OSError",
    }
)
_MAKERS = frozenset({"set", "frozenset", "dict", "tuple", "list", "range", "type"})
_FOREIGN = frozenset({"os", "sys", "time", "random", "datetime", "gettext", "locale", "threading"})


def is_plain_constant(node: ast.AST) -> bool:
    """Whether the compiler itself folds the expression to a constant (numbers, strings, tuples of them)."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Tuple):
        return all(is_plain_constant(one) for one in node.elts)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.operand, ast.Constant)
    if isinstance(node, ast.BinOp):
        return is_plain_constant(node.left) and is_plain_constant(node.right)
    return False


def is_settled(subject: Subject, node: ast.AST, names: bool = True) -> bool:
    """Whether an expression gives an equal value at import time, and would be immutable or freshly built.

    Args:
        subject: The function the expression stands in.
        node: The expression.
        names: Whether module-level definitions and imports that stand before the function may be named.
    """
    if is_plain_constant(node):
        return True
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return all(is_settled(subject, one, names) for one in node.elts)
    if isinstance(node, ast.Dict):
        parts = [*node.keys, *node.values]
        return all(one is not None and is_settled(subject, one, names) for one in parts)
    if isinstance(node, ast.UnaryOp):
        return is_settled(subject, node.operand, names)
    if isinstance(node, ast.BinOp):
        return is_settled(subject, node.left, names) and is_settled(subject, node.right, names)
    if isinstance(node, ast.Name):
        return _settled_name(subject, node.id, names)
    if isinstance(node, ast.Attribute):
        return names and _settled_attribute(subject, node)
    if isinstance(node, ast.Call):
        return _settled_call(subject, node, names)
    return False


def is_immutable(subject: Subject, node: ast.AST) -> bool:
    """Whether a settled expression's value cannot be changed by whoever gets hold of it."""
    if is_plain_constant(node):
        return True
    if isinstance(node, ast.Tuple):
        return all(is_immutable(subject, one) for one in node.elts)
    if isinstance(node, ast.Name | ast.Attribute):
        return True  # named elsewhere already: the same object was handed out before
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in {"frozenset", "range", "type"}
    return isinstance(node, ast.UnaryOp)


def _settled_name(subject: Subject, name: str, names: bool) -> bool:
    if name in _TYPES and is_builtin(subject, name):
        return True
    if not names or name in scope_names(subject) or has_star_import(subject.module):
        return False
    bound = module_bindings(subject.module).get(name, [])
    if len(bound) != 1 or not isinstance(
        bound[0],
        ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Constant,
    ):
        return False
    return bound[0].lineno < top_level_statement(subject).lineno


def _settled_attribute(subject: Subject, node: ast.Attribute) -> bool:
    """An attribute of a standard module that does not stand for changing state: ``string.digits``, ``re.I``."""
    if not isinstance(node.value, ast.Name) or node.value.id in scope_names(subject):
        return False
    bound = module_bindings(subject.module).get(node.value.id, [])
    if len(bound) != 1 or not isinstance(bound[0], ast.Import):
        return False
    modules = {alias.asname or alias.name: alias.name for alias in bound[0].names}
    module = modules.get(node.value.id, "")
    if bound[0].lineno >= top_level_statement(subject).lineno:
        return False
    return module in sys.stdlib_module_names and module not in _FOREIGN


def _settled_call(subject: Subject, node: ast.Call, names: bool) -> bool:
    if any(keyword.arg is None for keyword in node.keywords):
        return False
    parts = [*node.args, *(keyword.value for keyword in node.keywords)]
    if not all(is_settled(subject, part, names) for part in parts):
        return False
    func = node.func
    if isinstance(func, ast.Name):
        return func.id in _MAKERS and is_builtin(subject, func.id)
    if isinstance(func, ast.Attribute):
        if isinstance(func.value, ast.Constant) and isinstance(func.value.value, str):
            return func.attr in {"split", "maketrans", "lower", "upper", "encode", "splitlines"}
        return (
            func.attr == "maketrans"
            and isinstance(func.value, ast.Name)
            and func.value.id in {"str", "bytes"}
            and is_builtin(subject, func.value.id)
        )
    return False
