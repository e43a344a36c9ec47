"""What a version of a module changes, statement by statement, as far as a copy of its namespace can follow."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any, Dict, List, Optional, Union

from codeflash_worker.state import Refusal

FunctionNode = Union[ast.FunctionDef, ast.AsyncFunctionDef]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

PLAIN_DECORATORS = {
    "staticmethod",
    "classmethod",
    "property",
    "lru_cache",
    "cache",
    "wraps",
    "contextmanager",
    "asynccontextmanager",
    "abstractmethod",
    "final",
    "override",
    "no_type_check",
}
"""Decorators that may be applied a second time without anybody noticing."""


class Outline:
    """A version as a difference to the module that is loaded.

    Attributes:
        futures: The ``from __future__`` statements.
        imports: Every import of the module's own scope, in a branch that is never taken: the compiler emits
            other code for a call through a name that it knows to be imported.
        statements: What to run in the copied namespace, in order: additions and changed functions.
        changed: Module-level functions that stand for one that exists: the target and others that changed.
        owner: The top-level class that holds the target, or None for a module-level function.
        target: The target's definition.
    """

    def __init__(self) -> None:
        self.futures: List[ast.stmt] = []
        self.imports: List[ast.stmt] = []
        self.statements: List[ast.stmt] = []
        self.changed: List[FunctionNode] = []
        self.owner: Optional[ast.ClassDef] = None
        self.target: Optional[FunctionNode] = None


def outline(base: str, text: str, qualname: str) -> Outline:
    """Compare a version's text with the module's own.

    Args:
        base: Text of the module as it is loaded.
        text: Text of the version; may be the same.
        qualname: Dotted name of the target.

    Raises:
        Refusal: ``unpaired`` where the version changes more than functions and private additions.
    """
    before, after = _parsed(base), _parsed(text)
    path = qualname.split(".")
    old_defs = _definitions(before)
    new_defs = _definitions(after)
    plain = [each for each in before.body if not _defines(each)]
    unseen = Counter(_text(each) for each in plain)
    taken = set(old_defs) | {name for each in before.body for name in bound_names(each)}
    found = Outline()
    found.imports = _never(_imports(after.body))
    for statement in after.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            found.futures.append(statement)
        elif isinstance(statement, FUNCTIONS):
            _function(found, statement, old_defs, path)
        elif isinstance(statement, ast.ClassDef):
            _class(found, statement, old_defs, path)
        elif unseen[_text(statement)]:
            unseen[_text(statement)] -= 1
        elif not any(_same(statement, each) for each in plain):
            _addition(found, statement, taken)
    for name, nodes in new_defs.items():
        if len(nodes) > 1 and name == path[0]:
            raise Refusal("unpaired", "%s is defined more than once" % name)
    if found.target is None:
        raise Refusal("unpaired", "the target is not defined at the top of its module or class")
    _refuse_globals(found)
    return found


def _parsed(text: str) -> ast.Module:
    """The module; each node of its own scope and of its classes' knows its lines."""
    tree = ast.parse(text)
    lines = text.split("\n")
    pending: List[Any] = list(tree.body)
    while pending:
        node = pending.pop()
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        node.own_lines = lines[first - 1 : node.end_lineno]
        node.first_line = first
        if isinstance(node, ast.ClassDef):
            pending += node.body
    return tree


def _text(node: Any) -> str:
    return "\n".join(node.own_lines)


def _same(a: Any, b: Any) -> bool:
    """Whether two statements are equal; their lines are compared first, as that is much cheaper."""
    return type(a) is type(b) and (_text(a) == _text(b) or ast.dump(a) == ast.dump(b))


def _imports(body: List[ast.stmt]) -> List[ast.stmt]:
    """Imports that bind names of this scope, in branches and handlers too."""
    found: List[ast.stmt] = []
    pending: List[ast.AST] = list(reversed(body))
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if getattr(node, "module", "") != "__future__":
                found.append(node)
        elif isinstance(node, (ast.stmt, ast.excepthandler)) and not _defines(node):
            pending += [each for each in ast.iter_child_nodes(node) if not isinstance(each, ast.expr)]
    return found


def _never(statements: List[ast.stmt]) -> List[ast.stmt]:
    if not statements:
        return []
    branch = ast.If(test=ast.Constant(value=False), body=statements, orelse=[])
    return [ast.fix_missing_locations(ast.copy_location(branch, statements[0]))]


def _defines(statement: ast.AST) -> bool:
    return isinstance(statement, (*FUNCTIONS, ast.ClassDef))


def _definitions(tree: ast.Module) -> Dict[str, List[Any]]:
    named: Dict[str, List[Any]] = {}
    for each in tree.body:
        if isinstance(each, (*FUNCTIONS, ast.ClassDef)):
            named.setdefault(each.name, []).append(each)
    return named


def _function(found: Outline, node: FunctionNode, old: Dict[str, List[Any]], path: List[str]) -> None:
    originals = old.get(node.name, [])
    is_target = path == [node.name]
    if not is_target and any(_same(each, node) for each in originals):
        return
    _refuse_decorators(node)
    found.statements.append(node)
    if originals:
        if len(originals) > 1 or isinstance(originals[0], ast.ClassDef):
            raise Refusal("unpaired", "%s is defined more than once" % node.name)
        found.changed.append(node)
    if is_target:
        found.target = node


def _class(found: Outline, node: ast.ClassDef, old: Dict[str, List[Any]], path: List[str]) -> None:
    originals = old.get(node.name, [])
    if not originals:
        found.statements.append(node)
        return
    holds_target = len(path) > 1 and path[0] == node.name
    original = originals[-1]
    if not holds_target:
        if not _same(original, node):
            raise Refusal("unpaired", "class %s is changed" % node.name)
        return
    target = _walk(node, path[1:])
    former = _walk(original, path[1:])
    if target is None or former is None:
        raise Refusal("unpaired", "the target is not defined at the top of its class")
    same_lines = _lines_without(node, target) == _lines_without(original, former)
    if not same_lines and _without(node, target) != _without(original, former):
        raise Refusal("unpaired", "class %s is changed beside the target" % node.name)
    _refuse_decorators(target, also={"cached_property"})
    found.owner, found.target = node, target


def _walk(node: ast.ClassDef, path: List[str]) -> Optional[FunctionNode]:
    """The definition of a method by its path inside a class; the getter of a property."""
    for name in path[:-1]:
        inner = [each for each in node.body if isinstance(each, ast.ClassDef) and each.name == name]
        if not inner:
            return None
        node = inner[-1]
    matching = [
        each
        for each in node.body
        if isinstance(each, FUNCTIONS)
        and each.name == path[-1]
        and not any(
            isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter")
            for decorator in each.decorator_list
        )
    ]
    return matching[-1] if matching else None


def _lines_without(owner: Any, target: Any) -> List[str]:
    """The class's lines but for those of the target's body."""
    first = target.body[0].lineno - owner.first_line
    last = target.end_lineno - owner.first_line
    kept: List[str] = owner.own_lines[:first] + owner.own_lines[last + 1 :]
    return kept


def _without(owner: ast.ClassDef, target: FunctionNode) -> str:
    """The class as text, with the target's body left out."""
    body, target.body = target.body, []
    try:
        return ast.dump(owner)
    finally:
        target.body = body


def _addition(found: Outline, statement: ast.stmt, taken: Any) -> None:
    """Accept a new statement that binds new names only."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return
    if not isinstance(statement, (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)):
        raise Refusal("unpaired", "a statement of the module is changed: line %d" % statement.lineno)
    again = [name for name in bound_names(statement) if name in taken]
    if again:
        raise Refusal("unpaired", "the module's %s is changed" % again[0])
    found.statements.append(statement)


def bound_names(statement: ast.stmt) -> List[str]:
    """Names that a top-level statement binds."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).split(".")[0] for alias in statement.names]
    return [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


def _refuse_decorators(node: FunctionNode, also: Any = ()) -> None:
    for decorator in node.decorator_list:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
        if name not in PLAIN_DECORATORS and name not in also:
            raise Refusal("unpaired", "decorator %s of %s" % (name or "expression", node.name))


def _refuse_globals(found: Outline) -> None:
    nodes: List[Optional[FunctionNode]] = [found.target, *found.changed]
    for node in nodes:
        for inner in ast.walk(node) if node is not None else ():
            if isinstance(inner, ast.Global):
                raise Refusal("unpaired", "%s writes the global %s" % (_title(node), inner.names[0]))


def _title(node: Optional[FunctionNode]) -> str:
    return node.name if node is not None else "the target"
