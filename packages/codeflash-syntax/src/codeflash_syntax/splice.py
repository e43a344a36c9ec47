"""Puts a function's new source in the place of the old one; everything around it stays byte for byte."""

from __future__ import annotations

import ast
import re

from codeflash_syntax.edits import Edit, SourceText, apply, is_docstring, reindent
from codeflash_syntax.parse import FunctionNode, SyntaxProblem, find_function, parse_module

_INDENT = re.compile(r"[ \t]*")


class NotOneFunction(ValueError):
    """The new source is not the definition of the one function wanted."""


def replace_function(source: str, qualname: str, new: str) -> str:
    """The module's text with one function replaced.

    The new source may be indented as a whole; it is brought to the indentation of the old one, and to the module's
    line ends. Where it has no decorators, those of the old one stay; where it has no docstring, the old one's stays.

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
    plain, node = _with_docstring(plain, node, text, old)
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


def _with_docstring(
    plain: str, node: FunctionNode, text: SourceText, old: FunctionNode
) -> tuple[str, FunctionNode]:
    """The new source with the old docstring where it has none and its body begins on a line of its own."""
    given, first = SourceText(plain), node.body[0]
    if not is_docstring(old.body[0]) or is_docstring(first) or not given.starts_line(first):
        return plain, node
    docstring = text.text(old.body[0]).replace("\r\n", "\n").replace("\r", "\n")
    start = given.line_start(given.start(first))
    return _only_function(
        apply(plain, [Edit(start, start, f"{given.indent_of(first)}{docstring}\n")]), node.name
    )


def _definition_start(text: SourceText, node: FunctionNode) -> int:
    """Where ``def`` or ``async def`` stands, after any decorators."""
    return text.offset(node.lineno, node.col_offset)
