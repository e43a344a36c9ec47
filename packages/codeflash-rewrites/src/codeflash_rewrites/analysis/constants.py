"""Constants of a module or a class: what binds them, and whether anything changes them."""

from __future__ import annotations

import ast

from codeflash_rewrites.analysis.effects import MUTATING_METHODS
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import walked


def binds(statement: ast.Assign | ast.AnnAssign, name: str) -> bool:
    """Whether a statement binds one name, and this one."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == name


def is_changed(subject: Subject, name: str) -> bool:
    """Whether anything in the module binds the name again or changes the list."""
    bound = 0
    for node in walked(subject.module):
        match node:
            case ast.Name(id=found, ctx=ast.Store() | ast.Del()) if found == name:
                bound += 1
            case ast.Attribute(attr=found, ctx=ast.Store() | ast.Del()) if found == name:
                return True
            case ast.Global(names=names) if name in names:
                return True
            case ast.Call(func=ast.Attribute(value=owner, attr=method)):
                if method in MUTATING_METHODS and _names(owner, name):
                    return True
            case ast.Subscript(value=item_owner, ctx=ast.Store() | ast.Del()):
                if _names(item_owner, name):
                    return True
    return bound != 1


def _names(node: ast.expr, name: str) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (
        isinstance(node, ast.Attribute) and node.attr == name
    )
