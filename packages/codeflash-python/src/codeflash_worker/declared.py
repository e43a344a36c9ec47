"""Whether a call keeps to the types that a function declares.

An input that breaks them is none that the function promises to take: two versions that fail on it in
different ways may still be the same to every caller. A declaration that recorded calls break is not believed.
"""

from __future__ import annotations

import collections.abc
import inspect
import itertools
import types
import typing
from typing import Any, Callable, Dict, Iterator, List, Sequence, Tuple

from codeflash_worker.payload import Stream

LOOKED_AT = 50
"""Most elements of a container that are looked at."""

TOWER = {float: (float, int), complex: (complex, float, int)}
"""What else passes for a number, as PEP 484 has it."""

PLAIN = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


class Declared:
    """The declared types of a function's parameters that its recorded calls keep to."""

    def __init__(self, function: Any, recorded: Sequence[Tuple[Sequence[Any], Dict[str, Any]]]) -> None:
        """Read the annotations.

        Args:
            function: The plain function.
            recorded: Arguments of the recorded calls, positional and by name.
        """
        self._names: List[str] = []
        self._hints: Dict[str, Any] = {}
        try:
            parameters = inspect.signature(function).parameters.values()
            hints = typing.get_type_hints(function)
        except Exception:
            return
        plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        self._names = [each.name for each in parameters if each.kind in plain]
        self._hints = {name: hint for name, hint in hints.items() if name != "return"}
        for args, kwargs in recorded:
            for name, value in self._bound(args, kwargs):
                if name in self._hints and not keeps_to(value, self._hints[name]):
                    del self._hints[name]

    def _bound(self, args: Sequence[Any], kwargs: Dict[str, Any]) -> Iterator[Tuple[str, Any]]:
        return itertools.chain(zip(self._names, args), kwargs.items())

    def broken_by(self, args: Sequence[Any], kwargs: Dict[str, Any]) -> bool:
        """Whether an argument is of another type than declared."""
        bound = self._bound(args, kwargs)
        return any(name in self._hints and not keeps_to(value, self._hints[name]) for name, value in bound)


def keeps_to(value: Any, hint: Any) -> bool:
    """Whether a value may be of a declared type; true where that can't be told.

    Args:
        value: The value; generators as streams.
        hint: A resolved annotation.
    """
    if hint is None or hint is type(None):
        return value is None
    if hint in TOWER:
        return isinstance(value, TOWER[hint])
    if hint in PLAIN:
        return isinstance(value, hint)
    origin = typing.get_origin(hint) or hint
    if origin is typing.Union or origin is getattr(types, "UnionType", ()):
        return any(keeps_to(value, each) for each in typing.get_args(hint))
    if origin in PLAIN:
        return isinstance(value, origin) and _elements(value, origin, typing.get_args(hint))
    if isinstance(origin, type) and origin.__module__ == collections.abc.__name__:
        return _abstract(value, origin)
    return True


def _abstract(value: Any, origin: type) -> bool:
    if isinstance(value, Stream):
        return issubclass(collections.abc.Generator, origin)
    return isinstance(value, origin)


def _elements(value: Any, origin: Any, arguments: Tuple[Any, ...]) -> bool:
    checks: Dict[Any, Callable[[], bool]] = {
        dict: lambda: _all(value, arguments[0]) and _all(value.values(), arguments[1]),
        list: lambda: _all(value, arguments[0]),
        set: lambda: _all(value, arguments[0]),
        frozenset: lambda: _all(value, arguments[0]),
    }
    try:
        return checks[origin]() if arguments and origin in checks else True
    except Exception:
        return True


def _all(items: Any, hint: Any) -> bool:
    return all(keeps_to(item, hint) for item in itertools.islice(items, LOOKED_AT))
