"""Between offsets in a text and the positions of the protocol."""

from __future__ import annotations

import bisect
import re
from functools import cached_property

from attrs import frozen
from lsprotocol import types

_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
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
        return start + _characters(self.text[start:end], position.character, self.encoding)

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return types.Range(start=self.position(start), end=self.position(end))

    def _units(self, text: str) -> int:
        return len(text) if self._plain else _units(text, self.encoding)


class Changing:
    """A text that is changed many times, line by line: a change costs what it touches, not what the text has.

    Args:
        text: The text as the client holds it.
        encoding: The unit of a column.
    """

    def __init__(self, text: str, encoding: str) -> None:
        self._lines = split_lines(text)
        self._encoding = encoding

    def replace(self, span: types.Range, text: str) -> None:
        """Put a text in the place of a range; positions beyond a line or the text are brought to their ends."""
        first, begin = self._place(span.start)
        last, end = max(self._place(span.end), (first, begin))
        if first and self._lines[first - 1].endswith("\r"):
            # A line feed may come to stand after it, and be of the same line end.
            first, begin = first - 1, begin + len(self._lines[first - 1])
        held = "".join(self._lines[first : last + 1])
        end += sum(map(len, self._lines[first:last]))
        self._lines[first : last + 1] = split_lines(held[:begin] + text + held[end:])

    @property
    def text(self) -> str:
        """The text as it is now."""
        return "".join(self._lines)

    def _place(self, position: types.Position) -> tuple[int, int]:
        if position.line >= len(self._lines):
            ended = not self._lines or self._lines[-1].endswith(("\r", "\n"))
            return (len(self._lines), 0) if ended else (len(self._lines) - 1, len(self._lines[-1]))
        line = self._lines[position.line].rstrip("\r\n")
        return position.line, _characters(line, position.character, self._encoding)


def split_lines(text: str) -> list[str]:
    """The lines of a text with their ends, as the protocol counts them."""
    return _LINE.findall(text)


def _characters(line: str, units: int, encoding: str) -> int:
    """How many characters of a line come before a column; all of them where the line is shorter."""
    if encoding == "utf-32" or line.isascii():
        return min(units, len(line))
    for offset, character in enumerate(line):
        if units <= 0:
            return offset
        units -= _units(character, encoding)
    return len(line)


def _units(text: str, encoding: str) -> int:
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
