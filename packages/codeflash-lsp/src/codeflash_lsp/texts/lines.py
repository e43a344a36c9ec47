"""Between offsets in a text and the positions of the protocol."""

from __future__ import annotations

import bisect
import re
from functools import cached_property

from attrs import frozen
from lsprotocol import types

_LINE_END = re.compile(r"\r\n|\r|\n")
BOM = "\ufeff"


@frozen(slots=False)
class Lines:
    """A text, and how its client counts characters.

    The protocol knows three line ends only; a form feed or a line separator of Unicode is a character like any other.

    Attributes:
        text: The text as the client holds it.
        encoding: The unit of a column: ``utf-8`` (bytes), ``utf-16`` (halves of surrogate pairs count) or ``utf-32``.
    """

    text: str
    encoding: str = "utf-16"

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each line begins."""
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @cached_property
    def _plain(self) -> bool:
        return self.text.isascii() or self.encoding == "utf-32"

    def line_end(self, line: int) -> int:
        """The offset at which a line ends, its line end left out."""
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        return self.starts[line] + len(self.text[self.starts[line] : end].rstrip("\r\n"))

    def position(self, offset: int) -> types.Position:
        """The position of an offset; one outside the text is brought to its nearest end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect.bisect_right(self.starts, offset) - 1
        return types.Position(line=line, character=self._units(self.text[self.starts[line] : offset]))

    def offset(self, position: types.Position) -> int:
        """The offset of a position; beyond the end of a line it is the line's end."""
        if position.line >= len(self.starts):
            return len(self.text)
        start, end = self.starts[position.line], self.line_end(position.line)
        if self._plain:
            return min(start + position.character, end)
        left = position.character
        for offset in range(start, end):
            if left <= 0:
                return offset
            left -= self._units(self.text[offset])
        return end

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return types.Range(start=self.position(start), end=self.position(end))

    def _units(self, text: str) -> int:
        if self._plain or text.isascii():
            return len(text)
        if self.encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
