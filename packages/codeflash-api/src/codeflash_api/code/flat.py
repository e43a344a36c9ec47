"""The flat form of code: files one after the other, each under a comment with its path."""

from __future__ import annotations

import re
from collections.abc import Iterable

from codeflash_core.service.markdown import Block

_HEAD = re.compile(r"^(?:#|//)[ \t]*file:[ \t]*(\S[^\r\n]*?)[ \t]*(?:\r\n|\n|\Z)", re.MULTILINE)


def write_flat(blocks: Iterable[Block]) -> str:
    """The blocks in the flat form."""
    return "\n".join(f"# file: {block.path}\n{block.text}" if block.path else block.text for block in blocks)


def read_flat(text: str, language: str = "python") -> tuple[Block, ...]:
    """The files of a text in the flat form; text before the first path is a file without one.

    Args:
        text: The text.
        language: The language of all files.
    """
    blocks: list[Block] = []
    path, start = "", 0
    for head in [*_HEAD.finditer(text), None]:
        body = text[start : head.start() if head else len(text)]
        if path or body.strip():
            blocks.append(Block(body.removesuffix("\n").removesuffix("\r"), path, language))
        if head is not None:
            path, start = head[1], head.end()
    return tuple(blocks)
