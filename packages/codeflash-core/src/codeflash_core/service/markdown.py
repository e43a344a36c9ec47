"""Code on the wire: fenced blocks, each with the language and the path from the project's root."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from attrs import frozen

LONGEST_SEARCH = 40
"""Closing fences tried for one block: more of them in one file is not what anybody writes."""

_OPENING = re.compile(
    r"^[ \t]{0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+#.-]*)(?::(?P<path>[^\n`]*))?$"
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@frozen
class Block:
    """One fenced block.

    Attributes:
        text: The code, without the line end before the closing fence.
        path: The path from the project's root, empty when the block has none.
        language: The word after the fence, in lower case.
        closed: Whether a closing fence was found; without one the text may be cut.
    """

    text: str
    path: str = ""
    language: str = "python"
    closed: bool = True


@frozen
class Piece:
    """A part of a text: prose, or a block with the prose's place taken.

    Attributes:
        prose: Text outside of blocks; empty for a block.
        block: The block, or None for prose.
    """

    prose: str = ""
    block: Block | None = None


def write_blocks(blocks: Iterable[Block]) -> str:
    """The blocks in the form of the wire, one after the other."""
    return "\n".join(_written(block) for block in blocks)


def read_blocks(text: str, whole: Callable[[str], bool] | None = None) -> tuple[Block, ...]:
    """All blocks of a text, in their order.

    Args:
        text: Markdown, with prose around the blocks or without.
        whole: Tells whether a text is complete code. Where one is given, a fence inside of code (a docstring that
            shows some) does not end the block: the first closing fence at which the code is whole does.
    """
    return tuple(piece.block for piece in read_pieces(text, whole) if piece.block is not None)


def read_pieces(text: str, whole: Callable[[str], bool] | None = None) -> Iterator[Piece]:
    """A text cut into prose and blocks, see :func:`read_blocks`."""
    lines = _LINE.findall(text)
    prose: list[str] = []
    number = 0
    while number < len(lines):
        opening = _OPENING.match(lines[number].rstrip("\r\n"))
        if opening is None:
            prose.append(lines[number])
            number += 1
            continue
        if prose:
            yield Piece(prose="".join(prose))
            prose = []
        end = _end_of(lines, number + 1, opening["fence"], whole)
        body = "".join(lines[number + 1 : end])
        yield Piece(
            block=Block(
                text=_without_last_line_end(body),
                path=(opening["path"] or "").strip(),
                language=opening["language"].lower(),
                closed=end < len(lines),
            )
        )
        number = end + 1
    if prose:
        yield Piece(prose="".join(prose))


def _end_of(lines: list[str], start: int, fence: str, whole: Callable[[str], bool] | None) -> int:
    """The number of the line that closes a block, or the number of lines when none does."""
    closing = [number for number in range(start, len(lines)) if _closes(lines[number], fence)]
    if not closing:
        return len(lines)
    if whole is not None and len(closing) > 1:
        for number in closing[:LONGEST_SEARCH]:
            if whole("".join(lines[start:number])):
                return number
    return closing[0]


def _closes(line: str, fence: str) -> bool:
    mark = line.strip()
    return len(line) - len(line.lstrip(" ")) <= 3 and len(mark) >= len(fence) and set(mark) == {fence[0]}


def _without_last_line_end(body: str) -> str:
    return body.removesuffix("\n").removesuffix("\r") if body.endswith("\n") else body


def _written(block: Block) -> str:
    head = f"{block.language}:{block.path}" if block.path else block.language
    return f"```{head}\n{_without_last_line_end(block.text)}\n```"
