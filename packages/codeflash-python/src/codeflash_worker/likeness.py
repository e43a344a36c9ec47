"""Inputs that were not seen but look like those that were: same shape, sizes and equalities, other contents.

Equal parts of one input become equal parts of the new one, so that duplicates, matches and order of
magnitude stay as the workload has them.
"""

from __future__ import annotations

import random
import string
from typing import Any, Dict, List

from codeflash_worker.mutate import attributes_of, rebuilt, set_attribute
from codeflash_worker.payload import Stream

Renamed = Dict[Any, Any]


def alike(value: Any, dice: random.Random, renamed: Renamed, depth: int = 0) -> Any:
    """A value of the same shape with other contents.

    Args:
        value: A seen value; mutable ones may be changed in place.
        dice: Source of all random choices.
        renamed: Contents replaced so far in this input; equal contents are replaced alike.
        depth: Containers entered so far.
    """
    if isinstance(value, (bool, type(None), type)) or depth > 12:
        return value
    if isinstance(value, (str, int, float, bytes)):
        key = (type(value), value)
        if key not in renamed:
            renamed[key] = _leaf(value, dice)
        return renamed[key]
    if isinstance(value, list):
        value[:] = [alike(each, dice, renamed, depth + 1) for each in value]
        return value
    if isinstance(value, tuple):
        return rebuilt(value, [alike(each, dice, renamed, depth + 1) for each in value])
    if isinstance(value, Stream):
        return Stream([alike(each, dice, renamed, depth + 1) for each in value.items], value.error)
    if isinstance(value, dict):
        entries = [(key, alike(each, dice, renamed, depth + 1)) for key, each in value.items()]
        value.clear()
        value.update(entries)
        return value
    if isinstance(value, (set, frozenset)):
        ordered = sorted(value, key=repr)
        return type(value)([alike(each, dice, renamed, depth + 1) for each in ordered])
    for name, each in attributes_of(value).items():
        set_attribute(value, name, alike(each, dice, renamed, depth + 1))
    return value


def _leaf(value: Any, dice: random.Random) -> Any:
    if type(value) is str:
        return _text(value, dice)
    if type(value) is int:
        return _number(value, dice)
    if type(value) is float:
        return value * dice.uniform(0.8, 1.25) if value == value and abs(value) < 1e300 else value
    if type(value) is bytes:
        return bytes(dice.sample(list(value), len(value)))
    return value


def _number(value: int, dice: random.Random) -> int:
    """An integer of the same sign and number of digits; small ones are kept half of the time."""
    size = abs(value)
    if size < 2 or (size <= 8 and dice.random() < 0.5):
        return value
    low = max(1, size - size // 5 - 1)
    high = min(size + size // 5 + 1, 10 ** len(str(size)) - 1)
    return dice.randint(low, high) * (1 if value > 0 else -1)


def _text(value: str, dice: random.Random) -> str:
    """A text of the same words in another order; a single word gets other letters and digits."""
    words = value.split(" ")
    if len([word for word in words if word]) > 2:
        first = next(index for index, word in enumerate(words) if word)
        places = [
            index
            for index in range(first + 1, len(words))
            if words[index] and words[index].strip() == words[index]
        ]
        order = dice.sample(places, len(places))
        shuffled = list(words)
        for place, source in zip(places, order):
            shuffled[place] = words[source]
        return " ".join(shuffled)
    return _letters(value, dice)


def _letters(value: str, dice: random.Random) -> str:
    made: List[str] = []
    for index, character in enumerate(value):
        if character in string.digits:
            nonzero = character != "0" and (index == 0 or value[index - 1] not in string.digits)
            made.append(dice.choice("123456789" if nonzero else string.digits))
        elif character in string.ascii_lowercase:
            made.append(dice.choice(string.ascii_lowercase))
        elif character in string.ascii_uppercase:
            made.append(dice.choice(string.ascii_uppercase))
        else:
            made.append(character)
    return "".join(made)
