"""A module's own statements by the names that they bind, worked out once a module: every function of it asks."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from codeflash_syntax.nodes import kept
from codeflash_syntax.parse import FunctionNode


@kept
def functions_by_name(module: ast.Module) -> Mapping[str, tuple[FunctionNode, ...]]:
    """The functions that stand directly in a module."""
    found: dict[str, tuple[FunctionNode, ...]] = {}
    for node in module.body:
        if isinstance(node, FunctionNode):
            found[node.name] = (*found.get(node.name, ()), node)
    return found


@kept
def imported_modules(module: ast.Module) -> frozenset[str]:
    """The names that ``import`` statements directly in a module bind."""
    return frozenset(
        alias.asname or alias.name.split(".")[0]
        for node in module.body
        if isinstance(node, ast.Import)
        for alias in node.names
    )


@kept
def origins_of_members(module: ast.Module) -> Mapping[str, tuple[str, ...]]:
    """The modules that names are imported from by ``from`` statements directly in a module, relative ones left out."""
    found: dict[str, tuple[str, ...]] = {}
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                name = alias.asname or alias.name
                found[name] = (*found.get(name, ()), node.module or "")
    return found
