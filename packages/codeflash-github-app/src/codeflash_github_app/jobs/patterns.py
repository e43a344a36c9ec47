"""Patterns of files, matched without a regular expression: who proposes a change chooses the paths, and a repository the patterns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

MOST = 50
"""Patterns of one list."""
LONGEST = 200
"""Signs of one pattern."""
T = TypeVar("T")


def matches(pattern: str, path: str) -> bool:
    """Whether a path is what a pattern names: ``*`` within a folder, ``**`` through folders; a folder names all in it.

    Args:
        pattern: The pattern, from the repository's top.
        path: The path, likewise.
    """
    words = [word for word in pattern.split("/") if word]
    # A folder names all in it.
    return _fits([*words, "**"], path.split("/"), "**", _segment)


def _segment(pattern: str, text: str) -> bool:
    return _fits(pattern, text, "*", lambda sign, letter: sign in ("?", letter))


def _fits(pattern: Sequence[T], text: Sequence[T], many: T, one: Callable[[T, T], bool]) -> bool:
    """Whether a text is what a pattern names; only the last ``many`` is ever tried again, so it takes their product at most.

    Args:
        pattern: The pattern's parts.
        text: The text's parts.
        many: The part that names any number of parts.
        one: Whether a part of the pattern names a part of the text.
    """
    at = there = 0
    back, tried = -1, 0
    while there < len(text):
        if at < len(pattern) and pattern[at] == many:
            back, tried = at, there
            at += 1
        elif at < len(pattern) and one(pattern[at], text[there]):
            at += 1
            there += 1
        elif back >= 0:
            tried += 1
            at, there = back + 1, tried
        else:
            return False
    return all(part == many for part in pattern[at:])
