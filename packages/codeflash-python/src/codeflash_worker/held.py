"""Things that do not hash in what objects hold: in their attributes, their lists, and the items of those."""

from __future__ import annotations

import typing
from typing import Any, Callable, Dict, List, Tuple

from codeflash_worker.declared import keeps_to
from codeflash_worker.mutate import attributes_of, set_attribute

ITEMS = 3
"""Items of a list that get such an attribute: two alike, for whoever looks for duplicates."""

Change = Callable[[Any], None]


def unhashable_inside(value: Any) -> List[Tuple[str, Change]]:
    """Labelled changes, each for a fresh copy of the value.

    Args:
        value: A receiver, a record, or a list of records.
    """
    if isinstance(value, list):
        return _of_items(value, "items", lambda root: root)
    found: List[Tuple[str, Change]] = []
    for name, held in attributes_of(value).items():
        if isinstance(held, list):
            found.append(("%s with unhashable items" % name, _extending(name)))
            found += _of_items(held, name, _getting(name))
        elif _allowed(type(value), name):
            found.append(("unhashable %s" % name, _setting(name)))
    return found


def _of_items(items: List[Any], label: str, get: Callable[[Any], Any]) -> List[Tuple[str, Change]]:
    if not items or not attributes_of(items[0]):
        return []
    kind = type(items[0])
    return [
        ("%s with unhashable %s" % (label, name), _setting_in(name, kind, get))
        for name, held in attributes_of(items[0]).items()
        if not isinstance(held, list) and _allowed(kind, name)
    ]


def _extending(name: str) -> Change:
    return lambda root: attributes_of(root)[name].extend([[1], [2], [1]])


def _getting(name: str) -> Callable[[Any], Any]:
    return lambda root: attributes_of(root)[name]


def _setting(name: str) -> Change:
    return lambda root: set_attribute(root, name, [1])


def _setting_in(name: str, kind: type, get: Callable[[Any], Any]) -> Change:
    def change(root: Any) -> None:
        for number, item in enumerate(get(root)[:ITEMS]):
            if type(item) is kind:
                set_attribute(item, name, [number % 2])

    return change


def _allowed(kind: type, name: str) -> bool:
    """Whether nothing that the class declares rules a list out."""
    hints: Dict[str, Any] = {}
    for declaring in (kind, vars(kind).get("__init__")):
        try:
            hints.update(typing.get_type_hints(declaring) if declaring is not None else {})
        except Exception:
            return False
    return name not in hints or keeps_to([1], hints[name])
