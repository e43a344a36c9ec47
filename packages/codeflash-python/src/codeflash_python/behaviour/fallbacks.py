"""Faults in a fast path that a fallback covers: ``try: fast / except: slow``.

A fault that makes the fast path raise leaves the answer to the fallback, which is the same by design. It says nothing
about the checks, and no input can catch it. To see that this is what happens, and not that no input comes to the
fault, the ``try`` statement is watched: see :mod:`codeflash_worker.guards`.
"""

from __future__ import annotations

import ast
import copy
from typing import Any

from codeflash_core.compiling import compiles
from codeflash_python.behaviour.mutations import Replacement
from codeflash_python.behaviour.ties import FunctionNode
from codeflash_syntax.parse import SyntaxProblem, parse_module

GUARD = "__codeflash_try__"
"""The local name of the guard in a watched text. Names that end like this are not mangled in classes."""
MAKER = "__codeflash_guard__"
"""What makes a guard, among the builtins of the worker that replays the text."""

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.GeneratorExp)
"""What may run after the statement that holds it."""


def guarded(tree: ast.Module, function: FunctionNode, replacement: Replacement) -> tuple[str, str] | None:
    """Texts of the file that watch the ``try`` statement around a fault: with the fault, and sound.

    Args:
        tree: The file.
        function: The function in it that holds the fault.
        replacement: The fault.

    Returns:
        None where no handler guards the fault, or it cannot be told which way through the statement it belongs to.
    """
    way = _way(function, replacement.node)
    at = next((at for at in range(len(way) - 2, -1, -1) if _guards(way[at], way[at + 1])), -1)
    if at < 0 or not _attributable(way, at):
        return None
    made = []
    for text in (replacement.text, ast.unparse(replacement.node)):
        watched = _watched(tree, way[at], replacement.node, text)
        if watched is None or not compiles(watched):
            return None
        made.append(watched)
    return made[0], made[1]


def _way(function: FunctionNode, node: ast.AST) -> list[ast.AST]:
    """The nodes from a function down to one inside it."""
    parents = {child: parent for parent in ast.walk(function) for child in ast.iter_child_nodes(parent)}
    way: list[ast.AST] = [node]
    while way[-1] is not function and way[-1] in parents:
        way.append(parents[way[-1]])
    return way[::-1]


def _guards(node: ast.AST, inside: ast.AST) -> bool:
    return isinstance(node, ast.Try) and bool(node.handlers) and inside in node.body


def _attributable(way: list[ast.AST], at: int) -> bool:
    """Whether a fault that runs later can be told to belong to another way through the statement."""
    if not any(isinstance(node, _LATER) for node in way[at + 1 :]):
        return True
    start = max(number for number, node in enumerate(way[:at]) if isinstance(node, FunctionNode))
    return not any(isinstance(node, _LOOPS) for node in way[start:at])


def _watched(tree: ast.Module, statement: ast.AST, node: ast.AST, text: str) -> str | None:
    try:
        (part,) = parse_module(text).body
    except (SyntaxProblem, ValueError):
        return None
    changed = copy.deepcopy(tree)
    copies = {id(old): new for old, new in zip(ast.walk(tree), ast.walk(changed), strict=True)}
    watching = _Watching(copies[id(statement)], copies[id(node)], part)
    return ast.unparse(ast.fix_missing_locations(watching.visit(changed)))


class _Watching(ast.NodeTransformer):
    """Puts the fault in its place, and makes the statement around it tell the guard what happens."""

    def __init__(self, statement: ast.AST, node: ast.AST, part: ast.stmt) -> None:
        self._statement, self._node, self._part = statement, node, part

    def visit(self, node: ast.AST) -> Any:
        if node is self._node:
            return self._fault(node)
        made = self.generic_visit(node)
        return self._around(made) if node is self._statement else made

    def _fault(self, node: ast.AST) -> Any:
        if isinstance(node, ast.stmt):
            return [ast.Expr(_told("reached")), self._part]
        value = self._part.value if isinstance(self._part, ast.Expr) else self._part
        return ast.BoolOp(ast.Or(), [_told("reached"), value])  # type: ignore[list-item]

    def _around(self, statement: Any) -> list[ast.stmt]:
        for handler in statement.handlers:
            handler.body.insert(0, ast.Expr(_told("handled")))
        made = ast.Call(ast.Name(MAKER, ast.Load()), [], [])
        guard = ast.Assign([ast.Name(GUARD, ast.Store())], made)
        return [guard, ast.Try([statement], [], [], [ast.Expr(_told("left"))])]


def _told(what: str) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name(GUARD, ast.Load()), what, ast.Load()), [], [])
