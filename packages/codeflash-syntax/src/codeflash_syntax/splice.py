"""Puts a function's new source in the place of the old one; everything around it stays byte for byte."""

from __future__ import annotations

import ast
import re

from codeflash_syntax.edits import Edit, SourceText, apply, reindent
from codeflash_syntax.parse import FunctionNode, SyntaxProblem, find_function, parse_module

_INDENT = re.compile(r"[ \t]*")


class NotOneFunction(ValueError):
    """The new source is not the definition of the one function wanted."""


def replace_function(source: str, qualname: str, new: str) -> str:
    """The module's text with one function replaced.

    The new source may be indented as a whole; it is brought to the indentation of the old one, and to the module's
    line ends. Where it has no decorators, those of the old one stay.

    Args:
        source: The module's text.
        qualname: The function, such as ``Class.method``.
        new: The source of one function of that name.

    Raises:
        SyntaxProblem: The module or the new source does not parse; the place is that in the text concerned.
        FunctionNotFound: The module has no such function.
        NotOneFunction: The new source is something else than one function of that name.
    """
    module = parse_module(source)
    text = SourceText(source, module)
    old = find_function(module, qualname).node
    plain, node = _only_function(new, old.name)
    given = SourceText(plain)
    start = text.start(old) if node.decorator_list else _definition_start(text, old)
    body = plain[given.start(node) : given.end(node)]
    indented = reindent(body, "", text.indent_of(old)).removeprefix(text.indent_of(old))
    if text.newline != "\n":
        indented = indented.replace("\n", text.newline)
    return apply(source, [Edit(start, text.end(old), indented)])


def _only_function(new: str, name: str) -> tuple[str, FunctionNode]:
    """The new source without its common indentation, and its definition."""
    lines = new.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    blank = next((index for index, line in enumerate(lines) if line.strip()), 0)
    text = "\n".join(lines[blank:])
    match = _INDENT.match(text)
    indent = match.group() if match else ""
    plain = reindent(text, indent, "") if indent else text
    try:
        module = parse_module(plain)
    except SyntaxProblem as problem:
        raise SyntaxProblem(problem.message, problem.line + blank, problem.column + len(indent)) from problem
    found = [node for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if len(module.body) != 1 or len(found) != 1:
        raise NotOneFunction(
            f"the new source has to be the definition of {name} and nothing else; it has {len(module.body)} statements"
        )
    if found[0].name != name:
        raise NotOneFunction(f"the new source defines {found[0].name}, not {name}")
    return plain, found[0]


def _definition_start(text: SourceText, node: FunctionNode) -> int:
    """Where ``def`` or ``async def`` stands, after any decorators."""
    return text.offset(node.lineno, node.col_offset)
