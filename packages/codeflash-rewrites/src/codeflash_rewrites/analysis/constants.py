"""Constants of a module or a class: what binds them, and whether anything changes them."""

from __future__ import annotations

import ast
from collections import Counter

from codeflash_rewrites.analysis.effects import MUTATING_METHODS
from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import kept, walked


def binds(statement: ast.Assign | ast.AnnAssign, name: str) -> bool:
    """Whether a statement binds one name, and this one."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == name


def is_changed(subject: Subject, name: str) -> bool:
    """Whether anything in the module binds the name again or changes the list."""
    bound, changed = _changes(subject.module)
    return name in changed or bound[name] != 1


# Every function of a module asks.
@kept
def _changes(module: ast.Module) -> tuple[Counter[str], frozenset[str]]:
    """How often each name is bound, and the names whose values are changed, bound as attributes or declared global."""
    bound: Counter[str] = Counter()
    changed: set[str] = set()
    for node in walked(module):
        match node:
            case ast.Name(id=found, ctx=ast.Store() | ast.Del()):
                bound[found] += 1
            case ast.Attribute(attr=found, ctx=ast.Store() | ast.Del()):
                changed.add(found)
            case ast.Global(names=names):
                changed.update(names)
            case ast.Call(func=ast.Attribute(value=owner, attr=method)):
                if method in MUTATING_METHODS:
                    changed.update(_name_of(owner))
            case ast.Subscript(value=item_owner, ctx=ast.Store() | ast.Del()):
                changed.update(_name_of(item_owner))
    return bound, frozenset(changed)


def _name_of(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return (node.id,)
    return (node.attr,) if isinstance(node, ast.Attribute) else ()
