"""The files that a request is about, and how an answer's blocks are matched with them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import PurePosixPath

from attrs import evolve

from codeflash_api.errors import invalid
from codeflash_core.service.markdown import Block
from codeflash_syntax.parse import SyntaxProblem, compiles, parse_module

LARGEST_CODE = 500_000
"""Characters of one field with code: reading more would keep a processor busy for many seconds."""
MOST_FILES = 200


def files_of(blocks: Sequence[Block], language: str, name: str = "source_code") -> tuple[Block, ...]:
    """The blocks of a request as files to work on.

    Args:
        blocks: What was read.
        language: The request's language.
        name: The request's field, for messages.

    Raises:
        ApiError: There is no code, or too much, a path comes twice, or Python code does not parse (422).
    """
    if not any(block.text.strip() for block in blocks):
        raise invalid(f"{name} has no code in it")
    if len(blocks) > MOST_FILES:
        raise invalid(f"{name} has more than {MOST_FILES} blocks")
    paths = [block.path for block in blocks]
    if len(set(paths)) < len(paths):
        raise invalid(f"{name} has two blocks of the same path")
    if language == "python":
        for number, block in enumerate(blocks, 1):
            if not compiles(block.text):
                raise invalid(f"{name}: block {number} is no Python code{_place(block.text)}")
    return tuple(blocks)


def versions_of(
    blocks: Sequence[Block], originals: Sequence[Block], language: str, name: str
) -> tuple[Block, ...]:
    """A whole version of the files of a request; a file that the blocks leave out is as it was.

    Args:
        blocks: What was read.
        originals: The files.
        language: Their language.
        name: The request's field, for messages.

    Raises:
        ApiError: The blocks are no version of the files (422).
    """
    found = matched(files_of(blocks, language, name), originals)
    if found is None:
        raise invalid(f"{name} names other files than the original does")
    return tuple(found.get(number, original) for number, original in enumerate(originals))


def matched(blocks: Sequence[Block], originals: Sequence[Block]) -> dict[int, Block] | None:
    """The blocks of an answer by the number of the file that each is a version of.

    A path has to be the file's own or have its base name where that is unique; a block without a path is for the
    only file.

    Args:
        blocks: The answer's.
        originals: The request's.

    Returns:
        The versions with the paths of their files, or None when a block fits no file or two fit the same.
    """
    found: dict[int, Block] = {}
    if len(blocks) > len(originals):
        return None
    for block in blocks:
        number = _number_of(block.path, originals)
        if number is None or number in found:
            return None
        found[number] = evolve(block, path=originals[number].path, language=originals[number].language)
    return found or None


def parsed(text: str) -> ast.Module | None:
    """The module, or None when it does not compile."""
    if not compiles(text):
        return None
    try:
        return parse_module(text)
    except SyntaxProblem:
        return None


def _number_of(path: str, originals: Sequence[Block]) -> int | None:
    if not path:
        return 0 if len(originals) == 1 else None
    paths = [block.path for block in originals]
    if path in paths:
        return paths.index(path)
    if paths == [""]:
        return 0
    name = PurePosixPath(path.replace("\\", "/")).name
    same = [number for number, each in enumerate(paths) if PurePosixPath(each).name == name]
    return same[0] if len(same) == 1 else None


def _place(text: str) -> str:
    try:
        parse_module(text)
    except SyntaxProblem as problem:
        return f" (line {problem.line})"
    return ""
