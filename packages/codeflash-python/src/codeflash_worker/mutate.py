"""Small structural changes of values that were seen, and larger versions of them.

The values come from freshly loaded payloads, so mutable ones may be changed in place.
"""

from __future__ import annotations

import random
import string
from typing import Any, Dict, List

from codeflash_worker.boundary import boundaries
from codeflash_worker.payload import Stream

LARGEST = 200_000
"""Most items or characters of a scaled value."""


def mutate(value: Any, dice: random.Random, depth: int = 0) -> Any:
    """A value that differs from this one in one place, mostly deep inside.

    Args:
        value: A seen value; it may be changed in place.
        dice: Source of all random choices.
        depth: Containers entered so far.
    """
    if depth < 6 and isinstance(value, (list, tuple, dict, Stream)) and dice.random() < 0.5:
        inner = _inside(value, dice, depth)
        if inner is not _NOTHING:
            return inner
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + dice.choice((-1, 1, -2, 2, 10, -value, value, dice.randint(-100, 100)))
    if isinstance(value, float):
        return value * dice.choice((1.1, -1.0, 0.5, 2.0)) + dice.choice((0.0, 1.0, -0.5))
    if isinstance(value, str):
        return _text(value, dice)
    if isinstance(value, (bytes, bytearray)):
        return type(value)(bytes(_items(list(value), dice, 256)))
    if isinstance(value, list):
        value[:] = _items(list(value), dice)
        return value
    if isinstance(value, tuple):
        return rebuilt(value, list(value) if hasattr(value, "_make") else _items(list(value), dice))
    if isinstance(value, Stream):
        return Stream(_items(list(value.items), dice), value.error)
    if isinstance(value, dict):
        return _entries(value, dice)
    if isinstance(value, (set, frozenset)):
        return type(value)(_items(list(value), dice))
    attributes = attributes_of(value)
    if attributes and depth < 6:
        name = dice.choice(list(attributes))
        set_attribute(value, name, mutate(attributes[name], dice, depth + 1))
        return value
    made = boundaries(value, dice)
    return dice.choice(made)[1] if made else value


class _Nothing:
    pass


_NOTHING = _Nothing()


def _inside(value: Any, dice: random.Random, depth: int) -> Any:
    """Change one element; the marker where there is none."""
    if isinstance(value, dict):
        if not value:
            return _NOTHING
        key = dice.choice(list(value))
        value[key] = _changed(value[key], dice, depth)
        return value
    items = list(value.items) if isinstance(value, Stream) else list(value)
    if not items:
        return _NOTHING
    at = dice.randrange(len(items))
    items[at] = _changed(items[at], dice, depth)
    if isinstance(value, list):
        value[:] = items
        return value
    return Stream(items, value.error) if isinstance(value, Stream) else rebuilt(value, items)


def _changed(value: Any, dice: random.Random, depth: int) -> Any:
    if dice.random() < 0.3:
        made = [each for name, each in boundaries(value, dice) if not name.startswith("huge")]
        if made:
            return dice.choice(made)
    return mutate(value, dice, depth + 1)


def rebuilt(value: Any, items: List[Any]) -> Any:
    """A tuple of the same kind with other items."""
    if hasattr(value, "_make"):
        return type(value)._make(items)
    try:
        return type(value)(items)
    except Exception:
        return tuple(items)


def _items(items: List[Any], dice: random.Random, byte: int = 0) -> List[Any]:
    """Items with one inserted, deleted, doubled, exchanged or moved."""
    if not items:
        return [dice.randrange(byte)] if byte else [dice.choice((0, "", None, 1.5))]
    at, other = dice.randrange(len(items)), dice.randrange(len(items))
    choice = dice.randrange(6)
    if choice == 0:
        del items[at]
    elif choice == 1:
        items.insert(other, items[at])
    elif choice == 2:
        items[at], items[other] = items[other], items[at]
    elif choice == 3:
        items[at] = items[other]
    elif choice == 4:
        items = items[:at]
    else:
        items = items[at:] + items[:at]
    return items


def _text(value: str, dice: random.Random) -> str:
    at = dice.randint(0, len(value))
    seen = value or string.ascii_lowercase
    choice = dice.randrange(6)
    if choice == 0 and value:
        return value[:at] + value[at + 1 :]
    if choice == 1:
        return value[:at] + dice.choice(seen) + value[at:]
    if choice == 2:
        return value[:at] + dice.choice(string.printable + "\u00e9\u0301\u00df\u3042") + value[at + 1 :]
    if choice == 3 and value:
        return value[at:] + value[:at]
    if choice == 4:
        return value[:at] + value[:at].swapcase() + value[at:]
    return value[:at]


def _entries(value: Dict[Any, Any], dice: random.Random) -> Dict[Any, Any]:
    keys = list(value)
    if not keys:
        return value
    key = dice.choice(keys)
    choice = dice.randrange(3)
    entry = value.pop(key)
    if choice == 1:
        value[key] = entry  # Moved to the end.
    elif choice == 2:
        try:
            value[mutate(key, dice, 6)] = entry
        except TypeError:
            value[key] = entry
    return value


def attributes_of(value: Any) -> Dict[str, Any]:
    """Attributes of an instance of a class written in Python; empty for everything else."""
    kind = type(value)
    if isinstance(value, (type, BaseException)) or kind.__module__ == "builtins" or not _written(kind):
        return {}
    found: Dict[str, Any] = {}
    for base in kind.__mro__:
        slots = base.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            private = name.startswith("__") and not name.endswith("__")
            name = "_%s%s" % (base.__name__.lstrip("_"), name) if private else name
            try:
                found[name] = object.__getattribute__(value, name)
            except AttributeError:
                continue
    found.pop("__dict__", None)
    found.pop("__weakref__", None)
    found.update(getattr(value, "__dict__", {}))
    return found


def _written(kind: type) -> bool:
    """Whether a class was made by a class statement."""
    return bool(kind.__flags__ & (1 << 9))


def set_attribute(value: Any, name: str, new: Any) -> None:
    """Set an attribute past ``__setattr__`` of frozen classes; what refuses stays as it is."""
    try:
        object.__setattr__(value, name, new)
    except (AttributeError, TypeError):
        return


def has_size(value: Any) -> bool:
    """Whether :func:`scaled` makes a larger value of this one."""
    if isinstance(value, tuple):
        return not hasattr(value, "_make") and len(value) > 4
    if isinstance(value, Stream):
        return bool(value.items)
    return isinstance(value, (str, list, bytes, bytearray, set, frozenset, dict)) and len(value) > 1


def scaled(value: Any, factor: float, dice: random.Random, numbers: bool = False) -> Any:
    """A value about ``factor`` times as large, of repeated parts with variation.

    Args:
        value: A seen value.
        factor: How many times as large; below 1 for smaller.
        dice: Source of all random choices.
        numbers: Whether integers grow too.
    """
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value * factor) if numbers and value > 1 else value
    if isinstance(value, str):
        return "".join(_stretched(list(value), factor, dice)) if len(value) > 1 else value
    if isinstance(value, (list, bytes, bytearray)):
        return type(value)(_stretched(list(value), factor, dice, isinstance(value, list)))
    if isinstance(value, tuple) and not hasattr(value, "_make"):
        return rebuilt(value, _stretched(list(value), factor, dice, True)) if len(value) > 4 else value
    if isinstance(value, Stream):
        return Stream(_stretched(list(value.items), factor, dice, True), value.error)
    if isinstance(value, (set, frozenset)):
        return type(value)(_stretched(list(value), factor, dice, True))
    if isinstance(value, dict):
        return _stretched_entries(value, factor, dice)
    return value


def _stretched(items: List[Any], factor: float, dice: random.Random, vary: bool = False) -> List[Any]:
    if not items:
        return items
    size = max(1, min(LARGEST, round(len(items) * factor)))
    if size <= len(items):
        return items[:size]
    made = list(items)
    while len(made) < size:
        item = items[len(made) % len(items)]
        made.append(varied(item, len(made), dice) if vary else item)
    return made


def varied(item: Any, number: int, dice: random.Random) -> Any:
    """An item like this one; another one in about half of the cases, so that duplicates stay."""
    if dice.random() < 0.5:
        return item
    if isinstance(item, bool):
        return item
    if isinstance(item, int):
        return item + number
    if isinstance(item, float):
        return item + number * 0.5
    if isinstance(item, str) and item:
        return item + str(number)
    if isinstance(item, tuple) and not hasattr(item, "_make"):
        return rebuilt(item, [varied(each, number, dice) for each in item])
    return item


def _stretched_entries(value: Dict[Any, Any], factor: float, dice: random.Random) -> Dict[Any, Any]:
    entries = list(value.items())
    if not entries:
        return value
    size = max(1, min(LARGEST, round(len(entries) * factor)))
    made = dict(entries[:size])
    for number in range(len(entries), 3 * size):
        if len(made) >= size:
            break
        key, entry = entries[number % len(entries)]
        try:
            made[varied(key, number, dice)] = entry
        except TypeError:
            break
    return made
