"""Who binds a name: the function, its module, or the interpreter."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import TypeAlias, TypeVar, get_args

from codeflash_rewrites.rule import Subject
from codeflash_syntax.nodes import Kinds, children, kept, walked
from codeflash_syntax.parse import FunctionNode, blocks_of, parse_expression

_SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
_SCOPE_KINDS = frozenset(get_args(_SCOPES))
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_BUILTINS = frozenset(dir(builtins))

N = TypeVar("N", bound=ast.AST)

Binding: TypeAlias = ast.AST
"""The node that binds a module-level name: a definition, an import's alias, or the assigned expression."""


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yields the nodes below ``node`` that belong to its own scope, definitions inside it without their bodies.

    Comprehensions count as part of the scope; their targets do not matter to callers of this function.
    """
    return iter(_own_nodes(node))


def own_nodes_of(node: ast.AST, *kinds: type[N]) -> list[N]:
    """Those of :func:`own_nodes` that are of any of the given kinds, in the same order."""
    return _own_kinds(node).of(*kinds)


# Most rules begin by looking at the same function.
@kept
def _own_nodes(node: ast.AST) -> tuple[ast.AST, ...]:
    found: list[ast.AST] = []
    waiting = children(node)[::-1]
    while waiting:
        part = waiting.pop()
        found.append(part)
        if type(part) not in _SCOPE_KINDS:
            waiting += children(part)[::-1]
    return tuple(found)


@kept
def _own_kinds(node: ast.AST) -> Kinds:
    return Kinds(_own_nodes(node))


def bound_names(target: ast.AST) -> set[str]:
    """The names that an assignment target binds."""
    return {
        part.id for part in walked(target) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


_BINDING: tuple[type[ast.AST], ...] = (
    ast.Name,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.alias,
    ast.ExceptHandler,
    ast.MatchAs,
    ast.MatchStar,
    ast.Global,
    ast.Nonlocal,
)


@kept
def local_names(function: FunctionNode) -> set[str]:
    """The names bound in a function: parameters, assignments, imports, nested definitions."""
    names = {part.arg for part in walked(function.args) if isinstance(part, ast.arg)}
    outer: set[str] = set()
    for part in own_nodes_of(function, *_BINDING):
        if isinstance(part, ast.Name):
            if not isinstance(part.ctx, ast.Load):
                names.add(part.id)
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(part.name)
        elif isinstance(part, ast.alias):
            names.add((part.asname or part.name).split(".")[0])
        elif isinstance(part, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and part.name:
            names.add(part.name)
        elif isinstance(part, ast.Global | ast.Nonlocal):
            outer.update(part.names)
    return names - outer


@kept
def module_bindings(module: ast.Module) -> dict[str, list[Binding]]:
    """All that binds each module-level name, in the order of the text, conditional statements included."""
    found: dict[str, list[Binding]] = {}
    _collect(module.body, found)
    for part in walked(module):  # functions that declare the name global bind it too
        if isinstance(part, ast.Global):
            for name in part.names:
                found.setdefault(name, []).append(part)
    return found


def _collect(body: list[ast.stmt], found: dict[str, list[Binding]]) -> None:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.setdefault(statement.name, []).append(statement)
            continue
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                found.setdefault((alias.asname or alias.name).split(".")[0], []).append(statement)
            continue
        if isinstance(statement, ast.Assign) and all(isinstance(one, ast.Name) for one in statement.targets):
            for one in statement.targets:
                found.setdefault(one.id, []).append(statement.value)  # type: ignore[attr-defined]
            continue
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and statement.value
        ):
            found.setdefault(statement.target.id, []).append(statement.value)
            continue
        inner = {part for block in blocks_of(statement) for one in block for part in walked(one)}
        for part in own_nodes(statement):
            if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load) and part not in inner:
                found.setdefault(part.id, []).append(statement)
        for block in blocks_of(statement):
            _collect(block, found)


@kept
def has_star_import(module: ast.Module) -> bool:
    """Whether a ``from x import *`` may bind any name."""
    return any(isinstance(one, ast.ImportFrom) and one.names[0].name == "*" for one in walked(module))


def scope_names(subject: Subject) -> set[str]:
    """The names bound in the function and in the functions around it."""
    names = local_names(subject.function)
    for owner in subject.site.owners:
        if isinstance(owner, FunctionNode):
            names |= local_names(owner)
    return names


def is_builtin(subject: Subject, name: str) -> bool:
    """Whether a name read in the function is the interpreter's own, not rebound by the function or its module."""
    if name not in _BUILTINS or name in scope_names(subject):
        return False
    return name not in module_bindings(subject.module) and not has_star_import(subject.module)


@kept
def _imports(module: ast.Module) -> tuple[tuple[str, str, str], ...]:
    """The module, the member ("" for the module itself) and the name of each unambiguous import."""
    bound = module_bindings(module)
    found: list[tuple[str, str, str]] = []
    for statement in walked(module):
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        for alias in statement.names:
            name = alias.asname or alias.name
            if bound.get(name) != [statement]:
                continue
            if isinstance(statement, ast.Import):
                found.append((alias.name, "", name))
            elif not statement.level and statement.module:
                found.append((statement.module, alias.name, name))
    return tuple(found)


def imports_from(subject: Subject, module: str) -> bool:
    """Whether the module's text imports another one, or of it, under a name that nothing else binds."""
    return any(origin == module for origin, _, _ in _imports(subject.module))


def module_alias(subject: Subject, module: str) -> str | None:
    """The name under which a top-level statement imports a module (``import numpy as np`` gives ``"np"``)."""
    return member_alias(subject, module, "")


def member_alias(subject: Subject, module: str, member: str) -> str | None:
    """The name under which a top-level ``from module import member`` binds the member."""
    for origin, part, name in _imports(subject.module):
        if (origin, part) == (module, member):
            return None if name in scope_names(subject) else name
    return None


def is_member(subject: Subject, node: ast.AST, module: str, member: str) -> bool:
    """Whether an expression is ``module.member``, by attribute or by an imported name."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr == member and module_alias(subject, module) == node.value.id
    return isinstance(node, ast.Name) and member_alias(subject, module, member) == node.id


def member_of(subject: Subject, node: ast.AST, module: str) -> str | None:
    """Which member of a module an expression is, by attribute or by an imported name; None when it is none."""
    if isinstance(node, ast.Attribute):
        member = node.attr
    elif isinstance(node, ast.Name):
        found = (
            part for origin, part, name in _imports(subject.module) if (origin, name) == (module, node.id)
        )
        member = next(found, "")
    else:
        return None
    return member if member and is_member(subject, node, module, member) else None


def all_identifiers(subject: Subject) -> frozenset[str]:
    """Every identifier that occurs anywhere in the module."""
    return _identifiers(subject.module)


@kept
def _identifiers(module: ast.Module) -> frozenset[str]:
    names: set[str] = set()
    for part in walked(module):
        for attribute in ("id", "arg", "name", "asname", "attr"):
            value = getattr(part, attribute, None)
            if isinstance(value, str):
                names.add(value)
        if isinstance(part, ast.Global | ast.Nonlocal):
            names.update(part.names)
    return frozenset(names)


def fresh_name(subject: Subject, *wishes: str) -> str:
    """The first of the wished names that the module does not use; the last one gets a number if need be."""
    taken = all_identifiers(subject)
    for wish in wishes:
        if wish not in taken:
            return wish
    number = 2
    while f"{wishes[-1]}_{number}" in taken:
        number += 1
    return f"{wishes[-1]}_{number}"


def loads(scope: ast.AST, name: str) -> list[ast.Name]:
    """The reads of a name below a node, nested scopes included."""
    return [
        part
        for part in walked(scope)
        if isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load)
    ]


def stores(scope: ast.AST, name: str) -> list[ast.AST]:
    """What binds or deletes a name below a node, nested scopes and parameters of nested functions included."""
    found: list[ast.AST] = []
    for part in walked(scope):
        if (isinstance(part, ast.Name) and part.id == name and not isinstance(part.ctx, ast.Load)) or (
            isinstance(part, ast.arg) and part.arg == name
        ):
            found.append(part)
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and part.name == name:
            if part is not scope:
                found.append(part)
        elif (
            (isinstance(part, ast.alias) and (part.asname or part.name).split(".")[0] == name)
            or (isinstance(part, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and part.name == name)
            or (isinstance(part, ast.Global | ast.Nonlocal) and name in part.names)
        ):
            found.append(part)
    return found


def statement_of(subject: Subject, node: ast.AST) -> ast.stmt:
    """The innermost statement that holds a node."""
    while not isinstance(node, ast.stmt):
        node = subject.parents[node]
    return node


def block_of(subject: Subject, statement: ast.stmt) -> list[ast.stmt]:
    """The block of statements that a statement stands in."""
    for block in blocks_of(subject.parents[statement]):
        if statement in block:
            return block
    return [statement]


def faithful(subject: Subject, node: ast.expr) -> bool:
    """Whether a node's span holds its own text (inside f-strings older parsers give wrong positions)."""
    known: dict[ast.expr, bool] = subject.memo.setdefault("faithful", {})
    if node not in known:
        known[node] = _is_faithful(subject, node)
    return known[node]


def _is_faithful(subject: Subject, node: ast.expr) -> bool:
    try:
        parsed = parse_expression(subject.text.text(node).strip())
    except (SyntaxError, ValueError, IndexError):
        return False
    # An assignment's target parses alone as if it were read.
    return ast.dump(parsed).replace("Store()", "Load()") == ast.dump(node).replace("Store()", "Load()")


def top_level_statement(subject: Subject) -> ast.stmt:
    """The module-level statement that holds the function."""
    node: ast.AST = subject.function
    while subject.parents[node] is not subject.module:
        node = subject.parents[node]
    assert isinstance(node, ast.stmt)
    return node
