"""Takes docstrings out of code to save room, and puts the original ones back into what comes of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import UnionType

from codeflash_syntax.edits import Edit, SourceText, apply, is_docstring
from codeflash_syntax.parse import FunctionNode, SyntaxProblem, parse_module
from codeflash_syntax.parsed import Parsed

_Holder = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def without_docstrings(source: str, *, of: type[ast.AST] | UnionType = _Holder) -> str:
    """The text with docstrings taken out that stand on lines of their own; as it is when it does not parse.

    Args:
        source: The text.
        of: Whose docstrings.
    """
    try:
        module = parse_module(source)
        text = SourceText(source)
        edits: list[Edit] = []
        for node in ast.walk(module):
            if (
                isinstance(node, _Holder)
                and isinstance(node, of)
                and node.body
                and is_docstring(node.body[0])
            ):
                docstring = node.body[0]
                if not text.owns_lines(docstring):
                    continue
                if len(node.body) > 1 or isinstance(node, ast.Module):
                    edits.append(text.remove_lines(docstring))
                else:
                    edits.append(text.replace(docstring, "pass"))
        return apply(source, edits)
    except (SyntaxProblem, RecursionError):
        return source


def with_docstrings(original: Parsed, version: Parsed) -> str:
    """The version with the original's docstrings where a function of it has lost its own.

    Args:
        original: A module that parses.
        version: Another one.
    """
    try:
        old = SourceText(original.source, original.module)
        docstrings = {
            name: docstring
            for name, node in _by_name(original).items()
            if is_docstring(docstring := node.body[0]) and old.owns_lines(docstring)
        }
        if not docstrings:
            return version.source
        text, new_functions = SourceText(version.source, version.module), _by_name(version)
        edits = [
            Edit(place, place, old.indent_of(docstring) + old.text(docstring) + text.newline)
            for name, docstring in docstrings.items()
            for place in _places(text, new_functions.get(name), old.indent_of(docstring))
        ]
        if not edits:
            return version.source
        restored = apply(version.source, edits)
        parse_module(restored)
    except (SyntaxProblem, RecursionError):
        return version.source
    return restored


def _by_name(parsed: Parsed) -> dict[str, FunctionNode]:
    """Functions by qualified name, without names that are defined several times (a property and its setter)."""
    found: dict[str, list[FunctionNode]] = {}
    for site in parsed.sites:
        found.setdefault(site.qualname, []).append(site.node)
    return {name: nodes[0] for name, nodes in found.items() if len(nodes) == 1}


def _places(text: SourceText, node: FunctionNode | None, indent: str) -> Iterator[int]:
    """Where the docstring of a function that has none goes."""
    if node is None:
        return
    first = node.body[0]
    if not is_docstring(first) and text.starts_line(first) and text.indent_of(first) == indent:
        yield text.line_start(text.start(first))
