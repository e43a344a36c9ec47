"""Normal forms of code, by which two candidates that differ in layout or local names are found the same."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from codeflash_syntax.edits import is_docstring
from codeflash_syntax.nodes import walked
from codeflash_syntax.parse import FunctionNode, parse_module
from codeflash_syntax.recent import Recent

REMEMBERED = 60_000
"""Characters of a module up to which its digest is remembered."""
_DIGESTS: Recent[str, str] = Recent(256)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_HOLDERS = (*_FUNCTIONS, ast.ClassDef, ast.Module)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda, ast.Global, ast.Nonlocal)
_OPTIONAL: dict[type[ast.AST], frozenset[str]] = {}
_NO_NAMES: Mapping[str, str] = {}


def normalize_module(source: str) -> str:
    """Gives the normal form of a module: no positions, no docstrings, local names numbered.

    Raises:
        SyntaxProblem: The text does not parse.
    """
    return normal_form(parse_module(source))


def digest_module(source: str) -> str:
    """Identifies the normal form of a module; remembered, because a text is compared with many others.

    Raises:
        SyntaxProblem: The text does not parse.
    """
    return known_digest(source, lambda: normalize_module(source))


def known_digest(source: str, form: Callable[[], str]) -> str:
    """Identifies the normal form of a module; remembered for texts of moderate length.

    Args:
        source: The module's text.
        form: Works its normal form out where it is not known.
    """
    if len(source) > REMEMBERED:
        return _digest(form())
    return _DIGESTS.get(source, lambda: _digest(form()))


def _digest(form: str) -> str:
    return hashlib.sha256(form.encode("utf-8", "surrogatepass")).hexdigest()


def normal_form(tree: ast.AST) -> str:
    """Gives the normal form of a tree, which stays as it is: what :func:`ast.dump` says, but for what it leaves out."""
    return _dumped(tree, _NO_NAMES)


def _dumped(node: ast.AST, names: Mapping[str, str]) -> str:
    kind = type(node)
    if kind is ast.Name:  # half of all nodes
        assert isinstance(node, ast.Name)
        return f"Name(id={names.get(node.id, node.id)!r}, ctx={type(node.ctx).__name__}())"
    optional = _optional(kind)
    inner = _local_names(node) if isinstance(node, _FUNCTIONS) else names
    parts: list[str] = []
    for name in kind._fields:
        value: Any = getattr(node, name, None)
        if name == "body" and isinstance(node, _HOLDERS):
            parts.append(f"body=[{', '.join([_dumped(each, inner) for each in _said(node.body)])}]")
        elif isinstance(value, ast.AST):
            parts.append(f"{name}={_dumped(value, names)}")
        elif type(value) is list:
            each_text = [_dumped(one, names) if isinstance(one, ast.AST) else repr(one) for one in value]
            parts.append(f"{name}=[{', '.join(each_text)}]")
        elif value is not None or name not in optional:
            parts.append(f"{name}={value!r}")
    return f"{kind.__name__}({', '.join(parts)})"


def _optional(kind: type[ast.AST]) -> frozenset[str]:
    """The fields of a kind of node that are left out when they are None."""
    if kind not in _OPTIONAL:
        _OPTIONAL[kind] = frozenset(name for name in kind._fields if getattr(kind, name, ...) is None)
    return _OPTIONAL[kind]


def _said(body: list[ast.stmt]) -> list[ast.stmt]:
    """A body without its docstring, or without the first ``pass`` of several statements."""
    if not body:
        return body
    first = ast.Pass() if is_docstring(body[0]) else body[0]
    if isinstance(first, ast.Pass):
        return body[1:] or [first]
    return body


def _local_names(node: FunctionNode) -> Mapping[str, str]:
    """Numbers a function's local variables in the order of their appearance.

    Parameters keep their names (callers may pass them by keyword). A function with nested scopes keeps all
    its names: which scope owns a name is then not worth working out for a mere de-duplication.
    """
    inner = [part for statement in _said(node.body) for part in walked(statement)]
    if any(isinstance(part, _SCOPES) for part in inner):
        return _NO_NAMES
    arguments = {part.arg for part in walked(node.args) if isinstance(part, ast.arg)}
    numbers: dict[str, str] = {}
    for part in inner:
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id not in arguments:
            numbers.setdefault(part.id, f"local {len(numbers)}")
    return numbers
