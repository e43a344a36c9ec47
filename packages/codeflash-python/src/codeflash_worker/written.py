"""Values as Python source, as far as that is possible; what is not source is described and named.

What a reader sees between ``<`` and ``>`` is a description: the type, and the attributes where the class is the
project's own. Nothing foreign can break this: representations that fail or are no source are not used.
"""

from __future__ import annotations

import ast
import enum
import functools
import os
import sys
import types
from typing import Any, Dict, Iterable, List, Tuple

from codeflash_worker.encode import type_name
from codeflash_worker.encode_types import attributes, global_name, normalized
from codeflash_worker.payload import Stream

LENGTH = 1_000
"""Most characters of one call."""
WIDEST = 30
"""Most items shown of one container."""
LONGEST = 300
"""Most characters of one text or representation."""
DEEPEST = 6
NAMED = 5
"""Most types named among what is not source."""

_BRACKETS: Dict[Any, str] = {list: "[]", tuple: "()", set: "{}", frozenset: "{}"}
_BASES: Tuple[Any, ...] = (str, bytes, int, float, list, tuple, set, frozenset, dict)
_PLAIN = (bool, type(None), type(Ellipsis), complex, range, slice)


class Writer:
    """Writes the values of one call.

    Attributes:
        odd: Types of which a value could not be written as source, in order.
        cut: Whether something was left out for its length or depth.
        length: Most characters of one call.
    """

    def __init__(self, root: str = "", times: int = 1) -> None:
        """Start with nothing written.

        Args:
            root: The project's folder: attributes are shown for instances of classes that are defined in it.
            times: How many times as much is written as for a reader, where a program reads it.
        """
        self.length = LENGTH * times
        self._widest, self._longest = WIDEST * times, LONGEST * times
        self.odd: List[str] = []
        self.cut = False
        self._root = os.path.realpath(root) + os.sep if root else ""
        self._open: List[int] = []

    def text(self, value: Any) -> str:
        """One value, bounded in length."""
        if len(self._open) >= DEEPEST or id(value) in self._open:
            self.cut = True
            return "..."
        self._open.append(id(value))
        try:
            return self._text(value, type(value))
        except Exception:  # Foreign subclasses and representations raise anything.
            return self._described(value, "")
        finally:
            self._open.pop()

    def _text(self, value: Any, kind: type) -> str:
        if kind is float:
            return repr(value) if value - value == 0 else "float('%r')" % value
        if kind in _PLAIN:
            return repr(value)
        if kind is int:
            shown = hex(value) if abs(value) >= 1 << 190 else repr(value)
            return self._bounded(shown)
        if kind in (str, bytes):
            self.cut = self.cut or len(value) > self._longest
            return repr(value[: self._longest]) + ("..." if len(value) > self._longest else "")
        if kind is bytearray:
            return "bytearray(%s)" % self.text(bytes(value))
        if kind is Stream:
            return "iter(%s)" % self.text(list(value.items))
        if kind in _BRACKETS:
            return self._items(value, kind)
        if kind is dict:
            return self._pairs(value)
        return self._instance(value, kind)

    def _bounded(self, shown: str) -> str:
        self.cut = self.cut or len(shown) > self._longest
        return shown if len(shown) <= self._longest else shown[: self._longest - 3] + "..."

    def _row(self, items: Iterable[Any], number: int) -> str:
        shown = [self.text(item) for _, item in zip(range(self._widest), items)]
        if number > self._widest:
            self.cut = True
            shown.append("... %d in all" % number)
        return ", ".join(shown)

    def _items(self, value: Any, kind: type) -> str:
        if kind in (set, frozenset) and not value:
            return "%s()" % kind.__name__
        ordered = sorted(value, key=repr) if kind in (set, frozenset) else value
        row = self._row(ordered, len(value))
        left, right = _BRACKETS[kind][0], _BRACKETS[kind][1]
        text = left + row + ("," if kind is tuple and len(value) == 1 else "") + right
        return "frozenset(%s)" % text if kind is frozenset else text

    def _pairs(self, value: Any) -> str:
        shown = [
            "%s: %s" % (self.text(key), self.text(held))
            for _, (key, held) in zip(range(self._widest), value.items())
        ]
        if len(value) > self._widest:
            self.cut = True
            shown.append("... %d in all" % len(value))
        return "{%s}" % ", ".join(shown)

    def _instance(self, value: Any, kind: type) -> str:
        if isinstance(value, enum.Enum):
            return "%s.%s" % (kind.__qualname__, value.name)
        named = global_name(value)
        if named is not None:
            module, name = named
            return ".".join(part for part in (module, name) if part and part != "builtins")
        for base in _BASES:
            own = kind.__repr__ is base.__repr__
            if isinstance(value, base) and own and not _state(value):
                # Its representation hides the class.
                plain = base(value) if base is not str else str.__str__(value)
                return "%s(%s)" % (kind.__qualname__, self.text(plain))
        shown = normalized(repr(value))
        return self._bounded(shown) if _is_source(shown, kind) else self._described(value, shown)

    def _described(self, value: Any, shown: str) -> str:
        kind = type(value)
        name = type_name(kind)
        if name not in self.odd:
            self.odd.append(name)
        if self._is_ours(kind):
            try:
                names, values = attributes(value)
            except Exception:
                names, values = [], []
            parts = ["%s=%s" % pair for pair in zip(names[: self._widest], map(self.text, values))]
            self.cut = self.cut or len(names) > self._widest
            return "<%s with %s>" % (name, ", ".join(parts)) if parts else "<%s>" % name
        unwritten: Any = object.__repr__
        plain = not shown or kind.__repr__ is unwritten or isinstance(value, types.FunctionType)
        return "<%s>" % name if plain else "<%s: %s>" % (name, self._bounded(shown))

    def _is_ours(self, kind: type) -> bool:
        file = getattr(sys.modules.get(kind.__module__), "__file__", None)
        if not self._root or not isinstance(file, str):
            return False
        return os.path.realpath(file).startswith(self._root)


def _state(value: Any) -> bool:
    return bool(attributes(value)[0])


@functools.lru_cache(maxsize=2_000)
def _is_source(shown: str, kind: type) -> bool:
    """Whether a representation is a call of the class by its name, such as ``Point(x=1)`` and ``Decimal('1')``."""
    if len(shown) > 20_000:
        return False
    try:
        found = ast.parse(shown, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if not isinstance(found, ast.Call):
        return False
    called = found.func.attr if isinstance(found.func, ast.Attribute) else getattr(found.func, "id", "")
    # A path is a PosixPath, a datetime is datetime.datetime: the name is the class's, or a base's of it.
    return called in [base.__name__ for base in kind.__mro__[:-1]]


def call_text(qualname: str, args: Iterable[Any], kwargs: Any, writer: Writer) -> str:
    """A call as Python source, as far as that is possible, of at most the writer's length."""
    parts = [writer.text(value) for value in args]
    parts += ["%s=%s" % (name, writer.text(value)) for name, value in kwargs.items()]
    text = "%s(%s)" % (qualname, ", ".join(parts))
    if len(text) > writer.length:
        writer.cut = True
        return text[: writer.length - 3] + "..."
    return text
