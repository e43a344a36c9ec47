"""Reads decoded JSON of unknown shape without stumbling over what is missing or of the wrong type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from codeflash_api.llm.model import BadAnswer

MOST_CHARACTERS = 2_000_000
"""Longest text of an answer: some 500,000 tokens, more than any model writes at once."""


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: object) -> Sequence[Any]:
    """The value if it is an array, else an empty one."""
    return value if isinstance(value, list) else ()


def text(value: object) -> str:
    """The value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def count(value: object) -> int:
    """The value if it is a natural number, else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


class Pieces:
    """The pieces of a text that is streamed.

    Args:
        provider: Who streams it, for the error's text.
    """

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self._pieces: list[str] = []
        self._size = 0

    def add(self, piece: str) -> None:
        """Add one.

        Raises:
            BadAnswer: The text is longer than any answer that makes sense.
        """
        self._size += len(piece)
        if self._size > MOST_CHARACTERS:
            raise BadAnswer(self._provider, "the answer is too long")
        self._pieces.append(piece)

    def whole(self) -> str:
        """The text."""
        return "".join(self._pieces)


def plain(provider: str, answer: object) -> Mapping[str, Any]:
    """An SDK's value as plain data.

    SDKs do not check answers: their values may hold anything in any place.

    Raises:
        BadAnswer: It is not even an object.
    """
    dump = getattr(answer, "to_dict", None)
    if dump is not None:
        found: Mapping[str, Any] = dump(mode="json", warnings=False)
        return found
    if isinstance(answer, Mapping):
        return answer
    raise BadAnswer(provider, "the answer is not an object")
