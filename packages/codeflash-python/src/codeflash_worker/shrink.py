"""Simpler versions of one input: what delta debugging tries next (Zeller and Hildebrandt 2002).

The parent decides whether a difference persists; this makes the proposals, the boldest first.
"""

from __future__ import annotations

import hashlib
from typing import Any, Callable, Iterator, List, Set, Tuple

from codeflash_worker import facts, mutate, payload
from codeflash_worker.payload import Stream
from codeflash_worker.variants import Call

DEEPEST = 6


def simpler(value: Any, depth: int = 0) -> Iterator[Any]:
    """Values simpler than this one, the simplest first; nothing is changed in place.

    Args:
        value: A value of a payload, generators as streams.
        depth: Containers entered so far.
    """
    if isinstance(value, bool):
        if value:
            yield False
    elif isinstance(value, int):
        yield from _numbers(int(value), type(value))
    elif isinstance(value, float):
        yield from _reals(value)
    elif isinstance(value, str):
        yield from _texts(value)
    elif isinstance(value, (bytes, bytearray)):
        for part in _cuts(list(value)):
            yield type(value)(part)
    elif isinstance(value, Stream):
        yield list(value.items)
        for items in _sequences(list(value.items), depth):
            yield Stream(items, value.error)
    elif isinstance(value, (list, tuple)):
        yield from _rows(value, depth)
    elif isinstance(value, (set, frozenset)):
        for items in _sequences(sorted(value, key=repr), depth):
            yield from _hashed(type(value), items)
    elif isinstance(value, dict):
        yield from _entries(value, depth)


def _numbers(value: int, kind: type) -> Iterator[Any]:
    if kind is not int:
        yield value
    seen = {value}
    half = value
    proposals: List[int] = [0, 1, 2, -value if value < 0 else 0]
    for _ in range(64):
        half //= 2
        proposals.append(half)
        if half in (0, -1):
            break
    proposals.append(value - 1 if value > 0 else value + 1)
    for each in proposals:
        if each not in seen and abs(each) <= abs(value):
            seen.add(each)
            yield each


def _reals(value: float) -> Iterator[float]:
    if value != value or value in (0.0, 1.0) or abs(value) == float("inf"):
        return
    yield 0.0
    yield 1.0
    if value < 0:
        yield -value
    if value != int(value):
        yield float(int(value))


def _texts(value: str) -> Iterator[str]:
    if type(value) is not str:
        yield str.__str__(value)
    for part in _cuts(list(value)):
        yield "".join(part)
    if len(value) <= 40:
        for index, character in enumerate(value):
            if character not in "a0 ":
                plain = "0" if character.isdigit() else "a"
                yield value[:index] + plain + value[index + 1 :]


def _cuts(items: List[Any]) -> Iterator[List[Any]]:
    """The items with ever smaller runs of them left out."""
    if not items:
        return
    yield []
    size = len(items) // 2
    while size >= 1:
        starts = range(0, len(items), size)
        for start in list(starts)[:40]:
            rest = items[:start] + items[start + size :]
            if rest:
                yield rest
        size //= 2


def _sequences(items: List[Any], depth: int) -> Iterator[List[Any]]:
    yield from _cuts(items)
    if depth >= DEEPEST:
        return
    for index, item in enumerate(items[:40]):
        for other in simpler(item, depth + 1):
            yield [*items[:index], other, *items[index + 1 :]]


def _rows(value: Any, depth: int) -> Iterator[Any]:
    base = tuple if isinstance(value, tuple) else list
    if hasattr(value, "_make"):
        for index, item in enumerate(value):
            for other in simpler(item, depth + 1):
                yield type(value)._make([*value[:index], other, *value[index + 1 :]])
        return
    if type(value) is not base:
        yield base(value)
    for items in _sequences(list(value), depth):
        if base is tuple:
            yield mutate.rebuilt(value, items)
        else:
            yield items if type(value) is list else _refilled(value, items)


def _refilled(value: Any, items: List[Any]) -> Any:
    try:
        return type(value)(items)
    except Exception:
        return items


def _hashed(kind: Callable[[Any], Any], items: List[Any]) -> Iterator[Any]:
    try:
        yield kind(items)
    except TypeError:
        return


def _entries(value: Any, depth: int) -> Iterator[Any]:
    if type(value) is not dict:
        yield dict(value)
    entries = list(value.items())
    for part in _cuts(entries):
        yield dict(part)
    if depth >= DEEPEST:
        return
    for index, (key, held) in enumerate(entries[:40]):
        for other in simpler(held, depth + 1):
            yield dict([*entries[:index], (key, other), *entries[index + 1 :]])


def proposals(blob: bytes, first: int, limit: int) -> List[Tuple[bytes, Any]]:
    """Payloads simpler than this one, with their size.

    Args:
        blob: The payload of a call on which two versions differ.
        first: Leading arguments that are a receiver or class: only their attributes are simplified.
        limit: Most proposals.

    Raises:
        Unkeepable: The payload does not load.
    """
    seen: Set[str] = {hashlib.sha256(blob).hexdigest()}
    found: List[Tuple[bytes, Any]] = []
    for call in _calls(blob, first):
        try:
            made = payload.dump(tuple(call.args), call.kwargs, verify=False)
            size = facts.size(tuple(call.args), call.kwargs)
        except Exception:
            continue
        key = hashlib.sha256(made).hexdigest()
        if key in seen or len(made) > len(blob) + 64:
            continue
        seen.add(key)
        found.append((made, size))
        if len(found) >= limit:
            break
    return found


def _calls(blob: bytes, first: int) -> Iterator[Call]:
    call = Call(*_opened(blob))
    for name in list(call.kwargs):
        fewer = Call(*_opened(blob))
        del fewer.kwargs[name]
        yield fewer
    streams = [_replacements(blob, place) for place in call.places(first)]
    if first and call.args:
        streams += [_attributes(blob, name) for name in mutate.attributes_of(call.args[0])]
    # In turns, so that one large argument does not use up the budget.
    while streams:
        for stream in list(streams):
            following = next(stream, None)
            if following is None:
                streams.remove(stream)
            else:
                yield following


def _opened(blob: bytes) -> Tuple[List[Any], Any]:
    args, kwargs = payload.load_as_kept(blob)
    return list(args), kwargs


def _replacements(blob: bytes, place: Any) -> Iterator[Call]:
    for value in simpler(Call(*_opened(blob)).get(place)):
        call = Call(*_opened(blob))
        call.put(place, value)
        yield call


def _attributes(blob: bytes, name: str) -> Iterator[Call]:
    held = mutate.attributes_of(_opened(blob)[0][0])[name]
    for value in simpler(held):
        call = Call(*_opened(blob))
        mutate.set_attribute(call.args[0], name, value)
        yield call
