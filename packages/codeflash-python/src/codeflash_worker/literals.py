"""Values that a function's own code mentions: inputs with these in them take the paths that it has for them."""

from __future__ import annotations

import inspect
import types
from typing import Any, Iterator, List, Tuple

from codeflash_worker.payload import Stream

Named = Tuple[str, Any]

MOST = 6
"""Most texts, and most numbers, of one function."""
LONGEST = 20
OF_A_TABLE = 2
"""Texts taken of a constant that holds several."""


class Literals:
    """The texts and whole numbers in a function's code.

    Attributes:
        texts: Short texts but for the docstring.
        numbers: Whole numbers that are not boundaries anyway.
    """

    def __init__(self, function: Any) -> None:
        self.texts: List[str] = []
        self.numbers: List[int] = []
        bottom = inspect.unwrap(function)
        code = getattr(bottom, "__code__", None)
        if isinstance(code, types.CodeType):
            self._read(code, getattr(bottom, "__doc__", None))
        del self.texts[MOST:], self.numbers[MOST:]

    def _read(self, code: types.CodeType, doc: Any) -> None:
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self._read(constant, None)
            elif isinstance(constant, (tuple, frozenset)):
                for each in sorted(constant, key=repr)[:OF_A_TABLE]:
                    self._take(each)
            elif constant is not doc:
                self._take(constant)

    def _take(self, value: Any) -> None:
        if type(value) is str and 0 < len(value) <= LONGEST and value not in self.texts:
            self.texts.append(value)
        elif type(value) is int and 1 < abs(value) < 1_000_000 and value not in self.numbers:
            self.numbers.append(value)

    def inside(self, value: Any) -> Iterator[Named]:
        """Labelled values to use in place of one that was seen, with what the code mentions in them."""
        if type(value) is str:
            for text in self.texts:
                for label, made in _around(value, text):
                    yield "%s %a" % (label, text), made
        elif type(value) is int:
            for number in self.numbers:
                for near in (number, number - 1, number + 1):
                    yield "near %d" % number, near
        elif type(value) in (list, tuple, Stream):
            items = list(value.items) if type(value) is Stream else list(value)
            if items and all(type(item) is str for item in items):
                for text in self.texts:
                    more = [made for _, made in _around(items[0], text)]
                    yield "items with %a" % text, type(value)([*items, *more])


def _around(value: str, text: str) -> List[Tuple[str, str]]:
    middle = len(value) // 2
    return [
        ("ends with", value + text),
        ("several times", text.join([value[:1] or "a", *(value[1:4] or "bc")])),
        ("begins with", text + value),
        ("a run inside of", value[:middle] + text * 5 + value[middle:]),
        ("only", text),
    ]
