"""Changes values gently and takes the change back: the same types and shapes with other contents."""

from __future__ import annotations

import functools
from typing import Any, Callable, Dict, List

from codeflash_worker import mutate

DEEPEST = 4
MOST = 400
"""Most contents of one value that are changed."""


class Stirring:
    """One change of one value.

    Attributes:
        mode: ``values`` for other contents, ``size`` for a container without its first element, ``inside`` for
            other contents of mappings and objects, so that nobody who goes through a list meets other elements.
        undo: What takes it back, the last first.
    """

    def __init__(self, mode: str, is_ours: Callable[[Any], bool]) -> None:
        self.mode = mode
        self.undo: List[Callable[[], None]] = []
        self._is_ours = is_ours
        self._left = MOST
        self._met: Dict[int, Any] = {}

    def put(self, value: Any, depth: int = 0) -> Any:
        """What stands in the value's place: itself, changed, where it can be."""
        if self._left <= 0 or depth > DEEPEST:
            return value
        kind = type(value)
        if kind in _OTHER:
            self._left -= 1
            return _OTHER[kind](value) if self.mode != "size" else value
        if id(value) in self._met:
            return value
        self._met[id(value)] = value
        if isinstance(value, (list, dict, set)):
            self._container(value, depth)
        elif isinstance(value, tuple):
            items = [self.put(each, depth + 1) for each in value]
            if any(new is not old for new, old in zip(items, value)):
                return mutate.rebuilt(value, items)
        elif self._is_ours(kind):
            for name, held in mutate.attributes_of(value).items():
                self.attribute(value, name, held, depth)
        return value

    def attribute(self, value: Any, name: str, held: Any, depth: int = 0) -> None:
        """Change one attribute of an object."""
        new = self.put(held, depth + 1)
        if new is not held:
            mutate.set_attribute(value, name, new)
            self.undo.append(functools.partial(mutate.set_attribute, value, name, held))

    def _container(self, value: Any, depth: int) -> None:
        if self.mode == "size":
            self._smaller(value)
        elif isinstance(value, list):
            self._list(value, depth)
        elif isinstance(value, dict):
            for key, held in list(dict.items(value)):
                new = self.put(held, depth + 1)
                if new is not held:
                    dict.__setitem__(value, key, new)
                    self.undo.append(functools.partial(dict.__setitem__, value, key, held))
        elif self.mode == "values":
            old = list(value)
            items = [self.put(each, depth + 1) for each in old]
            if any(one is not other for one, other in zip(items, old)):
                _refill_set(value, items)
                self.undo.append(functools.partial(_refill_set, value, old))

    def _list(self, value: List[Any], depth: int) -> None:
        old = list(value)
        items = [self.put(each, depth + 1) for each in old]
        if self.mode == "values" and any(one is not other for one, other in zip(items, old)):
            list.__setitem__(value, slice(None), items)
            self.undo.append(functools.partial(list.__setitem__, value, slice(None), old))

    def _smaller(self, value: Any) -> None:
        if not value:
            return
        if isinstance(value, list):
            old = list(value)
            list.__delitem__(value, 0)
            self.undo.append(functools.partial(list.__setitem__, value, slice(None), old))
        elif isinstance(value, dict):
            entries = list(dict.items(value))
            dict.__delitem__(value, entries[0][0])
            self.undo.append(functools.partial(_refill, value, entries))
        else:
            old = list(value)
            set.discard(value, min(old, key=repr))
            self.undo.append(functools.partial(_refill_set, value, old))

    def back(self) -> None:
        """Take everything back."""
        for each in reversed(self.undo):
            each()
        self.undo.clear()


def _refill(value: Dict[Any, Any], entries: List[Any]) -> None:
    dict.clear(value)
    dict.update(value, entries)


def _refill_set(value: Any, items: List[Any]) -> None:
    set.clear(value)
    set.update(value, items)


_OTHER: Dict[type, Callable[[Any], Any]] = {
    bool: lambda value: not value,
    int: lambda value: value + 1,
    float: lambda value: value + 1.0,
    str: lambda value: value + "x",
    bytes: lambda value: value + b"x",
}
