"""Fits code into a model's context: docstrings go first, then read-only code, whole definitions at a time."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from types import UnionType

from attrs import evolve, frozen

from codeflash_api.code.docstrings import without_docstrings
from codeflash_api.code.files import parsed
from codeflash_api.llm.tokens import estimate
from codeflash_core.service.markdown import Block
from codeflash_syntax.edits import SourceText, apply
from codeflash_syntax.parse import FunctionNode

_LIMITS = (("claude", 150_000), ("gpt-4", 100_000), ("gpt-5", 200_000), ("o3", 150_000), ("o4", 150_000))
_OTHERS = 24_000

NO_DOCSTRINGS = "Docstrings are left out to save room; do not write any, they are put back."
NO_READ_ONLY_DOCSTRINGS = "Docstrings of read-only code are left out to save room."
LESS_READ_ONLY = "Some read-only definitions are left out to save room; what is not shown exists unchanged."
NO_READ_ONLY = "Read-only code is left out to save room; what is not shown exists unchanged."


class TooLarge(ValueError):
    """Code that can't be shown to a model even without everything that could be left out."""


@frozen
class Context:
    """Code as a model sees it.

    Attributes:
        code: The files to work on.
        read_only: Code that they use.
        notes: What was left out, one sentence each.
    """

    code: tuple[Block, ...]
    read_only: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()


def token_budget(model: str) -> int:
    """How many tokens of code a model is shown: a good half of its context, the rest is for instructions and answer.

    Args:
        model: The model's name; unknown ones get what a small local model can take.
    """
    name = model.lower()
    return next((limit for part, limit in _LIMITS if part in name), _OTHERS)


def fitted(
    code: Sequence[Block],
    read_only: Sequence[Block],
    budget: int,
    count: Callable[[str], int] = estimate,
) -> Context:
    """The code cut to a budget, never in the middle of a definition.

    Args:
        code: The files to work on; only their docstrings may go.
        read_only: Code that they use.
        budget: Tokens that there is room for.
        count: Counts a text's tokens.

    Raises:
        TooLarge: The files alone are larger.
    """

    def size(*parts: Sequence[Block]) -> int:
        return sum(count(block.text) + 12 for part in parts for block in part)

    code, read_only = tuple(code), tuple(read_only)
    if size(code, read_only) <= budget:
        return Context(code, read_only)
    notes: list[str] = []
    smaller = _without(read_only, of=ast.AST)
    if smaller != read_only:
        read_only, notes = smaller, [NO_READ_ONLY_DOCSTRINGS]
    if size(code, read_only) > budget:
        smaller = _without(code, of=FunctionNode)
        if smaller != code:
            code, notes = smaller, [*notes, NO_DOCSTRINGS]
    if size(code, read_only) > budget and read_only:
        read_only = _kept(read_only, budget - size(code), count)
        notes = [each for each in notes if each != NO_READ_ONLY_DOCSTRINGS or read_only]
        notes.append(LESS_READ_ONLY if read_only else NO_READ_ONLY)
    if size(code, read_only) > budget:
        raise TooLarge(f"the code has about {size(code)} tokens, {budget} fit")
    return Context(code, read_only, tuple(notes))


def _without(blocks: tuple[Block, ...], of: type[ast.AST] | UnionType) -> tuple[Block, ...]:
    return tuple(
        evolve(block, text=without_docstrings(block.text, of=of)) if block.language == "python" else block
        for block in blocks
    )


def _kept(blocks: Sequence[Block], room: int, count: Callable[[str], int]) -> tuple[Block, ...]:
    """As many whole blocks from the front as there is room for, and whole definitions of the next ones."""
    found: list[Block] = []
    for block in blocks:
        kept = _definitions(block, room - 12, count)
        if kept is not None:
            found.append(kept)
            room -= count(kept.text) + 12
    return tuple(found)


def _definitions(block: Block, room: int, count: Callable[[str], int]) -> Block | None:
    """The block without as many of its last definitions as it takes, or None when nothing of use is left."""
    if count(block.text) <= room:
        return block
    module = parsed(block.text) if block.language == "python" else None
    if module is None:
        return None
    text = SourceText(block.text)
    body = list(module.body)
    removed = []
    left = count(block.text)
    while body and left > room:
        statement = body.pop()
        if text.owns_lines(statement):
            edit = text.remove_lines(statement)
            left -= count(block.text[text.start(statement) : text.end(statement)])
            removed.append(edit)
    if not body:
        return None
    shorter = apply(block.text, removed)
    return evolve(block, text=shorter) if count(shorter) <= room else None
