"""Unusual values that boundary inputs are made of: they must be importable wherever a payload is opened."""

from __future__ import annotations

from typing import Any, Tuple


class TextKind(str):
    """A string that is not exactly ``str``."""


class NumberKind(int):
    """An integer that is not exactly ``int``."""


class RealKind(float):
    """A float that is not exactly ``float``."""


class SharedNan(float):
    """One NaN that stays one object wherever it stands; it loads as a plain ``float``."""

    def __reduce__(self) -> Tuple[Any, ...]:
        return float, ("nan",)


class BytesKind(bytes):
    """Bytes that are not exactly ``bytes``."""


class ListKind(list):  # type: ignore[type-arg]
    """A list that is not exactly ``list``."""


class RowKind(tuple):  # type: ignore[type-arg]
    """A tuple that is not exactly ``tuple``."""


class TableKind(dict):  # type: ignore[type-arg]
    """A dictionary that is not exactly ``dict``."""


class SetKind(set):  # type: ignore[type-arg]
    """A set that is not exactly ``set``."""


class Agreeable:
    """Equal to everything, by an answer that is no ``bool``; it does not hash, so no table can hold it."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: Any) -> Any:
        return 1

    def __ne__(self, other: Any) -> Any:
        return 0

    def __repr__(self) -> str:
        # Without an address: texts made of it must not differ from process to process.
        return "Agreeable()"


class Tie:
    """Values with equal keys are equal, hash and sort alike, and can still be told apart by their label."""

    def __init__(self, key: int, label: str) -> None:
        self.key = key
        self.label = label

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Tie) and self.key == other.key

    def __lt__(self, other: Any) -> bool:
        return isinstance(other, Tie) and self.key < other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return "Tie(%d, %r)" % (self.key, self.label)
