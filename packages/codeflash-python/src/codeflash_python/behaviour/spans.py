"""Parts of a source text, named by the places that the parser gives: lines and UTF-8 columns."""

from __future__ import annotations

import ast
import re
from typing import Any


class Source:
    """A text whose parts are replaced by the places that the parser gives: lines and UTF-8 columns."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._starts = [0]
        # Like the parser: only line feeds and carriage returns end a line.
        for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text):
            self._starts.append(self._starts[-1] + len(line.encode()))

    def line(self, number: int) -> str:
        """A line, from 1."""
        return self._data[self._starts[number - 1] : self._starts[number]].decode(errors="replace")

    def text_of(self, node: Any) -> str:
        """The text of one part."""
        start, end = self._span(node)
        return self._data[start:end].decode(errors="replace")

    def replaced(self, *parts: tuple[ast.AST, str]) -> str:
        """The text with some parts replaced; they may not overlap."""
        data = self._data
        for node, text in sorted(parts, key=lambda part: self._span(part[0]), reverse=True):
            start, end = self._span(node)
            data = data[:start] + text.encode() + data[end:]
        return data.decode(errors="replace")

    def _span(self, node: Any) -> tuple[int, int]:
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
