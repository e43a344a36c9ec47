"""Edits of source text by spans, so that everything outside a span survives byte for byte."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cached_property

from attrs import field, frozen

from codeflash_syntax.parse import parse_module

_LINE_END = re.compile(r"\r\n|\r|\n")
_INDENT = re.compile(r"[ \t\f]*")


class OverlappingEdits(ValueError):
    """Two edits want the same text."""


@frozen
class Edit:
    """Replaces the characters ``start`` to ``end`` (offsets into the str, end excluded) by ``text``."""

    start: int
    end: int
    text: str


def apply(source: str, edits: Iterable[Edit]) -> str:
    """Applies edits; insertions at one place keep the order given.

    Raises:
        OverlappingEdits: Two edits overlap.
    """
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if edit.start < position:
            raise OverlappingEdits(f"{edit} begins before {position}")
        pieces += [source[position : edit.start], edit.text]
        position = edit.end
    return "".join([*pieces, source[position:]])


@frozen(slots=False)
class SourceText:
    """A module's text with the arithmetic from syntax nodes to offsets."""

    source: str
    tree: ast.Module | None = field(default=None, eq=False, repr=False)
    """The parsed text, where it is at hand."""

    @cached_property
    def _module(self) -> ast.Module:
        return self.tree or parse_module(self.source)

    @cached_property
    def _line_starts(self) -> list[int]:
        # The tokenizer knows three line ends only; str.splitlines knows more.
        return [0, *(match.end() for match in _LINE_END.finditer(self.source))]

    @cached_property
    def newline(self) -> str:
        """The line end of the first line, a line feed when there is none."""
        match = _LINE_END.search(self.source)
        return match.group() if match else "\n"

    @cached_property
    def indent_unit(self) -> str:
        """One step of indentation as this module writes it."""
        for node in ast.walk(self._module):
            body = getattr(node, "body", None)
            if isinstance(node, ast.stmt) and isinstance(body, list) and body:
                step = self.indent_of(body[0])[len(self.indent_of(node)) :]
                if step and body[0].lineno > node.lineno:
                    return step
        return "    "

    def offset(self, line: int, column: int) -> int:
        """Turns a line (from 1) and a column (UTF-8 bytes, as syntax nodes count) into an offset."""
        start = self._line_starts[line - 1]
        end = self._line_starts[line] if line < len(self._line_starts) else len(self.source)
        text = self.source[start:end]
        if text.isascii():
            return start + column
        return start + len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))

    def start(self, node: ast.AST) -> int:
        """The offset where a node begins; a decorated definition begins at its first decorator's ``@``."""
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            return self.source.rindex("@", 0, self.start(decorators[0]))
        return self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        """The offset where a node ends."""
        return self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def text(self, node: ast.AST) -> str:
        """The node's text as it stands in the source."""
        return self.source[self.start(node) : self.end(node)]

    def line_start(self, offset: int) -> int:
        """The offset at which the line that holds ``offset`` begins."""
        before = max(self.source.rfind("\n", 0, offset), self.source.rfind("\r", 0, offset))
        return before + 1

    def line_end(self, offset: int) -> int:
        """The offset just after the end (line feed included) of the line that holds ``offset``."""
        match = _LINE_END.search(self.source, offset)
        return match.end() if match else len(self.source)

    def indent_of(self, node: ast.AST) -> str:
        """The white space that the line of a node begins with."""
        match = _INDENT.match(self.source, self.line_start(self.start(node)))
        return match.group() if match else ""

    def starts_line(self, node: ast.AST) -> bool:
        """Whether only white space stands before the node on its line."""
        start = self.start(node)
        return not self.source[self.line_start(start) : start].strip()

    def ends_line(self, node: ast.AST) -> bool:
        """Whether only white space or a comment stands after the node on its line."""
        rest = self.source[self.end(node) : self.line_end(self.end(node))].strip()
        return not rest or rest.startswith("#")

    def owns_lines(self, node: ast.AST) -> bool:
        """Whether a statement shares its lines with no other (no ``;``, no ``if x: statement``)."""
        return self.starts_line(node) and self.ends_line(node)

    def replace(self, node: ast.AST, text: str) -> Edit:
        """Replaces a node."""
        return Edit(self.start(node), self.end(node), text)

    def replace_through(self, first: ast.AST, last: ast.AST, text: str) -> Edit:
        """Replaces everything from the start of one node to the end of another."""
        return Edit(self.start(first), self.end(last), text)

    def remove_lines(self, node: ast.AST) -> Edit:
        """Removes a statement with its whole lines; it must own them."""
        return Edit(self.line_start(self.start(node)), self.line_end(self.end(node)), "")

    def insert_before(self, statement: ast.AST, *lines: str) -> Edit:
        """Inserts lines before a statement that starts its line, indented like it.

        Args:
            statement: The statement to stand before.
            lines: Lines without their ends; those of a nested block carry their own extra indentation.
        """
        indent = self.indent_of(statement)
        start = self.line_start(self.start(statement))
        return Edit(start, start, self.block(lines, indent))

    def insert_after(self, statement: ast.AST, *lines: str) -> Edit:
        """Inserts lines after a statement that ends its line, indented like it."""
        indent = self.indent_of(statement)
        end = self.line_end(self.end(statement))
        lead = "" if end == 0 or self.source[end - 1 : end] in {"\n", "\r"} else self.newline
        return Edit(end, end, lead + self.block(lines, indent))

    def block(self, lines: Iterable[str], indent: str = "") -> str:
        """Joins lines to a block with the module's line ends, each indented, the last one ended."""
        return "".join((indent + line if line else "") + self.newline for line in lines)

    def insert_after_imports(self, *lines: str) -> Edit:
        """Inserts module-level lines after the last of the leading imports (else after the docstring)."""
        last: ast.stmt | None = None
        for index, statement in enumerate(self._module.body):
            if isinstance(statement, ast.Import | ast.ImportFrom) or (index == 0 and is_docstring(statement)):
                last = statement
            elif not isinstance(statement, ast.If | ast.Try):  # guarded imports stand between imports
                break
        if last is None:
            start = self._after_header()
            return Edit(start, start, self.block(lines))
        return self.insert_after(last, *lines)

    def insert_before_definition(self, node: ast.AST, *lines: str) -> Edit:
        """Inserts module-level lines before the top-level statement that holds ``node``.

        Two blank lines follow them; comments that lead up to the statement stay with it.
        """
        line = node.lineno  # type: ignore[attr-defined]
        body = self._module.body
        holder = next(statement for statement in body if (statement.end_lineno or line) >= line)
        start = self.line_start(self.start(holder))
        while start:
            previous = self.line_start(start - 2 if self.source[start - 2 : start] == "\r\n" else start - 1)
            if not self.source[previous:start].lstrip().startswith("#"):
                break
            start = previous
        return Edit(start, start, self.block([*lines, "", ""]))

    def _after_header(self) -> int:
        """The offset after a ``#!`` line and leading comments (an encoding declaration may be among them)."""
        start = 0
        while self.source[start : start + 1] == "#":
            start = self.line_end(start)
        return start


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is a bare string, as docstrings are."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def reindent(text: str, old: str, new: str) -> str:
    """Changes the indentation of a block of whole lines from ``old`` to ``new``.

    Lines inside triple-quoted strings stay as they are, for there white space is part of the value.

    Args:
        text: Whole lines, the first of them indented by ``old``.
        old: The indentation the block has.
        new: The indentation it gets.
    """
    inside = _string_lines(text, old)
    lines = text.splitlines(keepends=True)
    return "".join(
        new + line.removeprefix(old) if line.strip() and number not in inside else line
        for number, line in enumerate(lines)
    )


def _string_lines(text: str, indent: str) -> set[int]:
    """The lines (from 0) that begin inside a string literal."""
    wrapped = f"if 1:\n{text}" if indent else f"\n{text}"
    try:
        tree = parse_module(wrapped)
    except ValueError:
        return set()
    inside: set[int] = set()
    for node in ast.walk(tree):
        literal = isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        )
        if literal and node.end_lineno > node.lineno:  # type: ignore[attr-defined]
            inside.update(range(node.lineno - 1, node.end_lineno - 1))  # type: ignore[attr-defined]
    return inside
