"""The kinds of values that a function's parameters were seen to take.

A guessed value of another kind may be one that nobody would pass. Where the interpreter refuses it as well, the
function was never meant for it, and how a version fails there is no behaviour that anybody relies on.
"""

from __future__ import annotations

import inspect
import itertools
import types
from typing import Any, Dict, Iterable, Iterator, List, Sequence, Set, Tuple

from codeflash_worker import mutate, trampoline
from codeflash_worker.payload import Stream

DEEPEST = 5
LEARNT_FROM = 1000
"""Most elements of a recorded container that are looked at."""
LOOKED_AT = 200
"""Most elements of a grown container that are looked at: further ones count as known."""

Kind = Tuple[Any, ...]
"""Types from the outside in, with a sign before each that says where it stands."""


class Domain:
    """The kinds seen per parameter."""

    def __init__(self, function: Any, recorded: Iterable[Tuple[Sequence[Any], Dict[str, Any]]]) -> None:
        """Learn from recorded calls.

        Args:
            function: The plain function.
            recorded: Arguments of the recorded calls, positional and by name; generators as streams.
        """
        bottom = inspect.unwrap(function)
        code = bottom.__code__ if isinstance(bottom, types.FunctionType) else function.__code__
        self._positional, self._keywords, self._star, self._double = trampoline.parameters(code)
        self._seen: Dict[str, Set[Kind]] = {}
        for args, kwargs in recorded:
            for name, value in self._bound(args, kwargs):
                self._seen.setdefault(name, set()).update(kinds(value, LEARNT_FROM))

    def _bound(self, args: Sequence[Any], kwargs: Dict[str, Any]) -> Iterator[Tuple[str, Any]]:
        for index, value in enumerate(args):
            yield self._positional[index] if index < len(self._positional) else self._star, value
        named = (*self._positional, *self._keywords)
        for name, value in kwargs.items():
            yield name if name in named else self._double, value

    def is_foreign(self, args: Sequence[Any], kwargs: Dict[str, Any]) -> bool:
        """Whether an argument, or a part of one, is of a kind that nobody passed for its parameter.

        A parameter that nobody gave takes what it may: nothing is known of it.
        """
        return any(
            kind not in self._seen[name]
            for name, value in self._bound(args, kwargs)
            if name in self._seen
            for kind in kinds(value, LOOKED_AT)
        )


def kinds(value: Any, most: int) -> Set[Kind]:
    """The kinds of a value and of all its parts: (list, of, str) for a list that holds a text.

    Args:
        value: The value; generators as streams.
        most: Elements of each container that are looked at.
    """
    found: Set[Kind] = set()
    queue: List[Tuple[Any, Kind]] = [(value, ())]
    while queue:
        item, outside = queue.pop()
        kind = (*outside, type(item))
        found.add(kind)
        if len(kind) < 2 * DEEPEST:
            queue += [(part, (*kind, place)) for place, part in _parts(item, most)]
    return found


def _parts(value: Any, most: int) -> Iterator[Tuple[str, Any]]:
    if isinstance(value, Stream):
        value = value.items
    if isinstance(value, dict):
        for key, held in itertools.islice(dict.items(value), most):
            yield "key", key
            yield "value", held
    elif isinstance(value, (list, tuple, set, frozenset)):
        base: Any = next(each for each in (list, tuple, set, frozenset) if isinstance(value, each))
        for item in itertools.islice(base.__iter__(value), most):
            yield "item", item
    else:
        for name, held in mutate.attributes_of(value).items():
            yield name, held
