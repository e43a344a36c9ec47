"""Values that stand in a relation to others: ties under a key, and elements that are arguments as well."""

from __future__ import annotations

import copy
from typing import Any, Callable, Dict, Iterator, List, Tuple

from codeflash_worker import letters, mutate, samples
from codeflash_worker.payload import Stream

DEEPEST = 6
MOST = 3
"""Most elements of one container that get peers."""

Peers = Callable[[str], List[str]]


def _after(text: str) -> List[str]:
    return [text, text.upper(), text.lower(), text.title(), text + " ", " " + text]


def _before(text: str) -> List[str]:
    return [text.swapcase(), text.title(), text.upper(), text]


def _odd(text: str) -> List[str]:
    return [text, *letters.ODD, *(each + text for each in letters.ODD)]


TIES: Tuple[Tuple[str, Peers], ...] = (
    ("case and space variants", _after),
    ("case variants before", _before),
    ("odd letters inside", _odd),
)


def with_peers(value: Any, peers: Peers) -> Any:
    """A value in whose containers the first texts, or records with texts, stand beside variants of them.

    Args:
        value: A seen value; it may be changed in place.
        peers: What stands in a text's place, the text itself among it.
    """
    return _Walk(peers).put(value, 0)


def _is_record(value: Any) -> bool:
    """Whether places mean something: a row of texts and other things."""
    return any(isinstance(each, str) for each in value) and not all(isinstance(each, str) for each in value)


class _Walk:
    """One walk through a value; what it meets again stays as it is."""

    def __init__(self, peers: Peers) -> None:
        self.peers = peers
        self.met: Dict[int, Any] = {}

    def put(self, value: Any, depth: int) -> Any:
        """The value with peers in it."""
        if depth > DEEPEST or id(value) in self.met:
            return value
        self.met[id(value)] = value
        if isinstance(value, dict):
            self._table(value, depth)
        elif isinstance(value, list):
            value[:] = (self._row if depth and _is_record(value) else self._items)(value, depth)
        elif isinstance(value, tuple):
            fixed = hasattr(value, "_make") or (depth and len(value) <= MOST) or _is_record(value)
            return mutate.rebuilt(value, (self._row if fixed else self._items)(value, depth))
        elif isinstance(value, Stream):
            return Stream(self._items(value.items, depth), value.error)
        elif isinstance(value, (set, frozenset)):
            return type(value)(self._items(sorted(value, key=repr), depth))
        else:
            for name, held in mutate.attributes_of(value).items():
                if not isinstance(held, str):
                    mutate.set_attribute(value, name, self.put(held, depth + 1))
        return value

    def _row(self, items: Any, depth: int) -> List[Any]:
        return [self.put(each, depth + 1) for each in items]

    def _items(self, items: Any, depth: int) -> List[Any]:
        made: List[Any] = []
        for number, item in enumerate(items):
            beside = _variants(item, self.peers) if number < MOST else []
            made += beside or [self.put(item, depth + 1)]
        return made

    def _table(self, value: Any, depth: int) -> None:
        """Variants of the first keys, each with the value of the key."""
        entries = [(key, self.put(held, depth + 1)) for key, held in value.items()]
        value.clear()
        for number, (key, held) in enumerate(entries):
            for each in self.peers(key) if isinstance(key, str) and number < MOST else [key]:
                value[each] = held


def _variants(item: Any, peers: Peers) -> List[Any]:
    """A text's or record's variants; none for what holds no text of its own."""
    if isinstance(item, str):
        return list(peers(item))
    texts = [text for text in _texts(item) if text]
    if not texts:
        return []
    return [_changed(item, peers, number) for number in range(len(peers(texts[0])))]


def _texts(record: Any) -> List[str]:
    if isinstance(record, dict):
        held: Any = record.values()
    elif isinstance(record, (list, tuple)):
        held = record if isinstance(record, tuple) or _is_record(record) else ()
    else:
        held = mutate.attributes_of(record).values()
    return [each for each in held if isinstance(each, str)]


def _changed(record: Any, peers: Peers, number: int) -> Any:
    """A copy of a record, with the variant of that number of each of its texts."""

    def change(held: Any) -> Any:
        if isinstance(held, str):
            return peers(held)[number]
        if type(held) is list and all(isinstance(each, str) for each in held):
            return [variant for each in held[:MOST] for variant in peers(each)] + held[MOST:]
        return held.copy() if type(held) in (list, dict, set) else held

    if isinstance(record, tuple):
        return mutate.rebuilt(record, [change(each) for each in record])
    try:
        made = copy.copy(record)
        if isinstance(made, list):
            made[:] = [change(each) for each in record]
        elif isinstance(made, dict):
            made.update({key: change(held) for key, held in record.items()})
        else:
            for name, held in mutate.attributes_of(record).items():
                mutate.set_attribute(made, name, change(held))
    except Exception:
        return record
    return made


def memberships(item: Any, container: Any) -> Iterator[Tuple[str, Any, Any]]:
    """Labelled pairs to use in place of two arguments: the first is found in the second, or nearly.

    Args:
        item: An argument.
        container: Another argument.
    """
    if isinstance(container, str):
        if isinstance(item, str):
            yield "several characters of the other", container[1:4] or "bc", container or "abcd"
            yield "empty", "", container
        return
    if isinstance(container, dict):
        if container:
            yield "a key of the other", next(iter(container)), container
        return
    if isinstance(container, Stream):
        rebuild: Callable[[List[Any]], Any] = Stream
        items = list(container.items)
    elif isinstance(container, (list, tuple)) and not hasattr(container, "_make"):
        rebuild, items = (list if isinstance(container, list) else tuple), list(container)
    else:
        return
    middle = len(items) // 2
    nan = samples.SharedNan("nan")
    yield "an element of the other", item, rebuild([*items[:middle], item, *items[middle:]])
    yield "a nan that is in the other", nan, rebuild([*items[:middle], nan, *items[middle:]])
    yield "several characters of a text", "bc", "abcd"
    if items:
        yield "the last of the other", items[-1], rebuild(items)
    if isinstance(item, str) and items and all(isinstance(each, str) for each in items):
        yield "parts of the other", item, rebuild([*items, "x" + item, item + item, item + "x" + item])
    yield "empty and a text", "", "abcd"
    yield "in a dictionary", "bc", {"a": 1, "bc": 2}
