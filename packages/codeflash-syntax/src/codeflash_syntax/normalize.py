"""Normal forms of code, by which two candidates that differ in layout or local names are found the same."""

from __future__ import annotations

import ast
import copy
import hashlib
from functools import lru_cache

from codeflash_syntax.edits import is_docstring
from codeflash_syntax.nodes import statements, walked
from codeflash_syntax.parse import FunctionNode, parse_module

REMEMBERED = 60_000
"""Characters of a module up to which its digest is remembered."""


def normalize_module(source: str) -> str:
    """Gives the normal form of a module: no positions, no docstrings, local names numbered.

    Raises:
        SyntaxProblem: The text does not parse.
    """
    return _normal_form(parse_module(source))


def digest_module(source: str) -> str:
    """Identifies the normal form of a module; remembered, because a text is compared with many others.

    Raises:
        SyntaxProblem: The text does not parse.
    """
    return _remembered(source) if len(source) <= REMEMBERED else _digest(source)


def _digest(source: str) -> str:
    return hashlib.sha256(normalize_module(source).encode("utf-8", "surrogatepass")).hexdigest()


_remembered = lru_cache(maxsize=256)(_digest)


def normalize_function(node: FunctionNode) -> str:
    """Gives the normal form of one function."""
    return _normal_form(copy.deepcopy(node))


def _normal_form(tree: ast.AST) -> str:
    for node in statements(tree):
        if isinstance(node, FunctionNode | ast.ClassDef | ast.Module) and node.body:
            if is_docstring(node.body[0]):
                node.body[0] = ast.Pass()
            if len(node.body) > 1 and isinstance(node.body[0], ast.Pass):
                del node.body[0]
    return ast.dump(_Renamer().visit(tree))


class _Renamer(ast.NodeTransformer):
    """Numbers each function's local variables in the order of their appearance.

    Parameters keep their names (callers may pass them by keyword). A function with nested scopes keeps all
    its names: which scope owns a name is then not worth working out for a mere de-duplication.
    """

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._visit_function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._visit_function(node)

    def _visit_function(self, node: FunctionNode) -> ast.AST:
        inner = [part for statement in node.body for part in walked(statement)]
        if any(
            isinstance(part, FunctionNode | ast.ClassDef | ast.Lambda | ast.Global | ast.Nonlocal)
            for part in inner
        ):
            return self.generic_visit(node)
        arguments = {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)}
        numbers: dict[str, str] = {}
        for part in inner:
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id not in arguments:
                numbers.setdefault(part.id, f"local {len(numbers)}")
        for part in inner:
            if isinstance(part, ast.Name):
                part.id = numbers.get(part.id, part.id)
        return node
