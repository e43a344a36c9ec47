"""What names mean in a test file: which expressions are the function under test."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from attrs import frozen

from codeflash_api.testgen.target import Target
from codeflash_syntax.parse import FunctionNode

Match = Literal["certain", "possible"]
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@frozen
class Scope:
    """Names by what they stand for: a dotted path of an import, or None for a value of the test's own.

    Attributes:
        names: What is bound here.
        outer: The scope around it.
    """

    names: Mapping[str, str | None]
    outer: Scope | None = None

    def path(self, expression: ast.expr) -> str | None:
        """The dotted path that a name or attribute stands for, or None."""
        if isinstance(expression, ast.Name):
            scope: Scope | None = self
            while scope is not None:
                if expression.id in scope.names:
                    return scope.names[expression.id]
                scope = scope.outer
            return None
        if isinstance(expression, ast.Attribute):
            start = self.path(expression.value)
            return f"{start}.{expression.attr}" if start else None
        return None

    def match(self, expression: ast.expr, target: Target) -> Match | None:
        """Whether an expression is the target.

        ``possible`` leaves it to the running test: a method on a receiver of unknown class, or a name that
        another module passes on.
        """
        wanted, tail = target.path, target.qualified
        if target.name == "__init__":
            wanted, tail = wanted.removesuffix(".__init__"), tail.removesuffix(".__init__")
        path = self.path(expression)
        if path is not None:
            if path == wanted:
                return "certain"
            if path.endswith(f".{tail}"):
                return "possible"
        if target.owner and isinstance(expression, ast.Attribute) and expression.attr == target.name:
            return "possible"
        return None


def module_scope(tree: ast.Module, target: Target) -> Scope:
    """The scope of a test module."""
    return Scope(_bound(tree.body, Scope({}), target))


def inner_scope(node: ast.AST, outer: Scope, target: Target) -> Scope:
    """The scope of a function, lambda or comprehension."""
    if isinstance(node, FunctionNode):
        names: dict[str, str | None] = dict.fromkeys(_parameters(node.args))
        return Scope({**names, **_bound(node.body, outer, target)}, outer)
    if isinstance(node, ast.Lambda):
        return Scope(dict.fromkeys(_parameters(node.args)), outer)
    if isinstance(node, _COMPREHENSIONS):
        targets = (part for each in node.generators for part in ast.walk(each.target))
        return Scope({part.id: None for part in targets if isinstance(part, ast.Name)}, outer)
    return outer


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield each.arg
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            yield rest.arg


def _bound(body: Iterable[ast.stmt], outer: Scope, target: Target) -> dict[str, str | None]:
    names: dict[str, str | None] = {}
    aliases: dict[str, ast.expr] = {}
    writes: dict[str, int] = {}
    passed: set[str] = set()
    for node in _own_nodes(body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.update(_imported(node, target))
            continue
        if isinstance(node, ast.Global | ast.Nonlocal):
            passed.update(node.names)
            continue
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            aliases[node.targets[0].id] = node.value
        for name in _written(node):
            writes[name] = writes.get(name, 0) + 1
    for name, count in writes.items():
        names[name] = None
        if count == 1 and name in aliases:
            names[name] = Scope(names, outer).path(aliases[name])
    return {name: path for name, path in names.items() if name not in passed}


def _own_nodes(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Nodes of a body, without those of scopes inside it."""
    waiting: list[ast.AST] = [*body]
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*_SCOPES, *_COMPREHENSIONS)):
            waiting.extend(list(ast.iter_child_nodes(node))[::-1])


def _written(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, FunctionNode | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        yield node.name or ""
    elif isinstance(node, ast.MatchMapping):
        yield node.rest or ""


def _imported(node: ast.Import | ast.ImportFrom, target: Target) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or name, name
        return
    module = node.module or ""
    for alias in node.names:
        if alias.name == "*":
            if module == target.module:
                yield target.imported, f"{module}.{target.imported}"
        else:
            yield alias.asname or alias.name, f"{module}.{alias.name}" if module else alias.name
