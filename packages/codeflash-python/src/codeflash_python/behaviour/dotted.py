"""What expressions of a module refer to outside of it: ``pc`` after ``from time import perf_counter as pc`` is ``time.perf_counter``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
IMPORTERS = ("__import__", "importlib.import_module", "importlib.__import__")
MOST_PARTS = 50
"""Most texts that are put together."""


def imported_names(tree: ast.AST) -> dict[str, str]:
    """What each name stands for that an import binds, or an assignment of what was imported; those in functions too."""
    found: dict[str, str] = {}
    assigned: list[tuple[str, ast.expr]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.partition(".")[0]
                found[alias.asname or name] = name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{'.' * node.level}{node.module or ''}.{alias.name}"
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute | ast.Call):
            assigned += [(each.id, node.value) for each in node.targets if isinstance(each, ast.Name)]
    for name, value in assigned:
        if name not in found and (whole := dotted(value, found)):
            found[name] = whole
    return found


def shadowed(nodes: Iterable[ast.AST], names: Mapping[str, str]) -> Mapping[str, str]:
    """The names without those that are parameters in a function.

    Args:
        nodes: The nodes of the function.
        names: What imports bind.
    """
    own = {node.arg for node in nodes if isinstance(node, ast.arg)} & set(names)
    return {name: whole for name, whole in names.items() if name not in own} if own else names


def dotted(node: ast.AST, names: Mapping[str, str]) -> str:
    """The dotted name of what an expression refers to, or an empty string.

    Args:
        node: The expression.
        names: What imports bind, see :func:`imported_names`.
    """
    tail: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            tail.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call) and (step := _fetched(node)):
            tail.append(step)
            node = node.args[0]
        elif isinstance(node, ast.Call) and (module := _imported(node, names)):
            return ".".join([module, *reversed(tail)])
        elif isinstance(node, ast.Subscript) and dotted(node.value, names) == "sys.modules":
            module = folded(node.slice)
            return ".".join([module, *reversed(tail)]) if module else ""
        elif isinstance(node, ast.Name):
            begin = names.get(node.id, "")
            return ".".join([begin, *reversed(tail)]) if begin else ""
        else:
            return ""


def _fetched(call: ast.Call) -> str:
    """The attribute of ``getattr(thing, "attribute")``."""
    if isinstance(call.func, ast.Name) and call.func.id == "getattr" and len(call.args) >= 2:
        return folded(call.args[1])
    return ""


def _imported(call: ast.Call, names: Mapping[str, str]) -> str:
    """The module of ``__import__("module")`` and its like."""
    called = call.func
    if isinstance(called, ast.Name):
        name = names.get(called.id, called.id)
    elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        name = f"{names.get(called.value.id, '')}.{called.attr}"
    else:
        return ""
    return folded(call.args[0]) if name in IMPORTERS and call.args else ""


def folded(node: ast.AST) -> str:
    """The text that an expression of texts makes, put together where it comes in parts; empty for any other."""
    parts: list[str] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and len(parts) < MOST_PARTS:
        if not isinstance(node.right, ast.Constant) or not isinstance(node.right.value, str):
            return ""
        parts.append(node.right.value)
        node = node.left
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return ""
    return "".join([node.value, *reversed(parts)])


def scopes(tree: ast.Module) -> dict[str, list[ast.AST]]:
    """The nodes of each function and method by dotted name, nested functions with them; the module's own under ``""``."""
    found: dict[str, list[ast.AST]] = {"": []}
    stack: list[tuple[ast.AST, str, str]] = [(child, "", "") for child in _children(tree)]
    while stack:
        node, scope, prefix = stack.pop()
        if not scope and isinstance(node, FunctionNode):
            scope = prefix + node.name
        elif not scope and isinstance(node, ast.ClassDef):
            prefix = f"{prefix}{node.name}."
        found.setdefault(scope, []).append(node)
        stack += [(child, scope, prefix) for child in _children(node)]
    return found


def _children(node: ast.AST) -> Iterator[ast.AST]:
    return reversed(list(ast.iter_child_nodes(node)))
