"""Ways to make new calls out of seen ones; each is an endless or finite stream of labelled calls."""

from __future__ import annotations

import inspect
import itertools
import random
from typing import Any, Dict, Iterator, List, NamedTuple, Sequence, Tuple

from codeflash_worker import letters, likeness, mutate, payload, peers
from codeflash_worker.boundary import boundaries, odd_streams
from codeflash_worker.held import unhashable_inside
from codeflash_worker.literals import Literals

TRIES = 20
"""Attempts per wanted input before a stream of random changes counts as exhausted."""

SHAPES = 6
"""Most shapes of recorded texts that get odd letters."""

Place = Any
"""An index of the positional arguments or a keyword."""


class Kept(NamedTuple):
    """A seen call."""

    id: str
    blob: bytes
    times: int

    def open(self) -> "Call":
        """Fresh arguments that may be changed, generators as streams."""
        args, kwargs = payload.load_as_kept(self.blob)
        return Call(list(args), kwargs)


class Call(NamedTuple):
    """Arguments that can be changed."""

    args: List[Any]
    kwargs: Dict[str, Any]

    def places(self, first: int) -> List[Place]:
        """Where arguments stand, from the ``first`` positional one on."""
        return [*range(first, len(self.args)), *self.kwargs]

    def get(self, place: Place) -> Any:
        """The argument at a place."""
        return self.args[place] if isinstance(place, int) else self.kwargs[place]

    def put(self, place: Place, value: Any) -> None:
        """Replace the argument at a place."""
        if isinstance(place, int):
            self.args[place] = value
        else:
            self.kwargs[place] = value


class Variant(NamedTuple):
    """A call that was made: what it was made from and how."""

    label: str
    source: Kept
    call: Call


def at_boundaries(kept: Sequence[Kept], function: Any, first: int, dice: random.Random) -> Iterator[Variant]:
    """Boundary values, the most telling ones of each argument first; relations between values every other time."""
    plain = _in_turn(_plain_columns(kept, function, first, dice))
    related = _in_turn(_related_columns(kept, function, first))
    return _in_turn([related, plain])


def _in_turn(columns: Sequence[Iterator[Variant]]) -> Iterator[Variant]:
    for row in itertools.zip_longest(*columns):
        for variant in row:
            if variant is not None:
                yield variant


def _plain_columns(
    kept: Sequence[Kept], function: Any, first: int, dice: random.Random
) -> List[Iterator[Variant]]:
    """One argument at a time replaced."""
    columns = []
    for source in _representatives(kept):
        call = source.open()
        for place in call.places(first):
            columns.append(_boundary_column(source, place, dice))
        columns.append(_options(source, function, first, dice))
        columns.append(_aliased(source, first))
    return columns


def _related_columns(kept: Sequence[Kept], function: Any, first: int) -> List[Iterator[Variant]]:
    """Ties, elements that are arguments as well, odd streams, what the code mentions, and odd letters."""
    mentioned = Literals(function)
    columns = [
        column
        for source in _representatives(kept)
        for column in (
            _odd_streams(source, first),
            _memberships(source, first),
            _ties(source),
            _held(source),
            _mentioned(source, mentioned, first),
        )
    ]
    shapes: Dict[Any, Tuple[Kept, Place]] = {}
    for source in kept[:50]:
        call = source.open()
        for place in call.places(first):
            value = call.get(place)
            if isinstance(value, str):
                shapes.setdefault((place, letters.shape(value)), (source, place))
    for number, (source, place) in enumerate(list(shapes.values())[:SHAPES]):
        columns.append(_odd_letters(source, place, 2 * number))
    return columns


def _odd_letters(source: Kept, place: Place, turn: int) -> Iterator[Variant]:
    for label, text in letters.odd_letters(source.open().get(place), turn):
        call = source.open()
        call.put(place, text)
        yield Variant("argument %s: %s" % (place, label), source, call)


def _held(source: Kept) -> Iterator[Variant]:
    """The receiver and other objects, with things that do not hash in them."""
    for place in source.open().places(0):
        for label, change in unhashable_inside(source.open().get(place)):
            call = source.open()
            try:
                change(call.get(place))
            except Exception:  # Objects of a kind of their own refuse in ways of their own.
                continue
            yield Variant("argument %s: %s" % (place, label), source, call)


def _mentioned(source: Kept, mentioned: Literals, first: int) -> Iterator[Variant]:
    for place in source.open().places(first):
        for label, value in mentioned.inside(source.open().get(place)):
            call = source.open()
            call.put(place, value)
            yield Variant("argument %s: %s" % (place, label), source, call)


def _odd_streams(source: Kept, first: int) -> Iterator[Variant]:
    for place in source.open().places(first):
        for label, stream in odd_streams(source.open().get(place)):
            call = source.open()
            call.put(place, stream)
            yield Variant("argument %s: %s" % (place, label), source, call)


def _ties(source: Kept) -> Iterator[Variant]:
    """All arguments and the receiver's attributes, with variants of texts beside them."""
    for label, texts in peers.TIES:
        call = source.open()
        try:
            for place in call.places(0):
                call.put(place, peers.with_peers(call.get(place), texts))
        except Exception:  # Containers of a kind of their own refuse in ways of their own.
            continue
        yield Variant(label, source, call)


def _memberships(source: Kept, first: int) -> Iterator[Variant]:
    """Two arguments of which one is an element of the other."""
    columns = []
    for one, other in itertools.permutations(source.open().places(first), 2):
        columns.append(_memberships_of(source, one, other))
    return _in_turn(columns)


def _memberships_of(source: Kept, one: Place, other: Place) -> Iterator[Variant]:
    call = source.open()
    for label, item, container in peers.memberships(call.get(one), call.get(other)):
        varied = source.open()
        varied.put(one, item)
        varied.put(other, container)
        yield Variant("argument %s in %s: %s" % (one, other, label), source, varied)


def _representatives(kept: Sequence[Kept]) -> List[Kept]:
    """Seen calls whose arguments have different types; four at most."""
    chosen: Dict[Any, Kept] = {}
    for source in kept[:50]:
        call = source.open()
        shape = tuple(type(value).__qualname__ for value in (*call.args, *call.kwargs.values()))
        chosen.setdefault((shape, tuple(call.kwargs)), source)
    return list(chosen.values())[:4]


def _boundary_column(source: Kept, place: Place, dice: random.Random) -> Iterator[Variant]:
    for label, value in boundaries(source.open().get(place), dice):
        call = source.open()
        call.put(place, value)
        yield Variant("argument %s: %s" % (place, label), source, call)


def _options(source: Kept, function: Any, first: int, dice: random.Random) -> Iterator[Variant]:
    """Parameters that the call left out, given by name."""
    call = source.open()
    allowed = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    for index, parameter in enumerate(inspect.signature(function).parameters.values()):
        taken = index < len(call.args) and parameter.kind is not inspect.Parameter.KEYWORD_ONLY
        if taken or parameter.name in call.kwargs or parameter.kind not in allowed:
            continue
        if parameter.default is inspect.Parameter.empty:
            continue
        values = [("default", parameter.default), *boundaries(parameter.default, dice)[:4]]
        for label, value in values:
            varied = source.open()
            varied.kwargs[parameter.name] = value
            yield Variant("option %s: %s" % (parameter.name, label), source, varied)


def _aliased(source: Kept, first: int) -> Iterator[Variant]:
    """Two arguments that are one object."""
    places = source.open().places(first)
    for one, other in itertools.combinations(places, 2):
        call = source.open()
        if type(call.get(one)) is type(call.get(other)):
            call.put(other, call.get(one))
            yield Variant("arguments %s and %s are one object" % (one, other), source, call)


def mutated(kept: Sequence[Kept], first: int, dice: random.Random) -> Iterator[Variant]:
    """Seen calls with one to three small changes."""
    while True:
        source = dice.choice(kept)
        call = source.open()
        places = call.places(first)
        # A receiver's attributes may change; the receiver itself stays what it is.
        if first and call.args and mutate.attributes_of(call.args[0]):
            places.append(0)
        if not places:
            return
        for _ in range(dice.choice((1, 1, 2, 3))):
            place = dice.choice(places)
            call.put(place, mutate.mutate(call.get(place), dice))
        yield Variant("mutated", source, call)


def crossed(kept: Sequence[Kept], dice: random.Random) -> Iterator[Variant]:
    """Arguments of several seen calls put together."""
    if len(kept) < 2:
        return
    while True:
        source, other = dice.sample(list(kept), 2)
        call, second = source.open(), other.open()
        places = [place for place in call.places(0) if place in second.places(0)]
        if len(places) > 1:
            for place in dice.sample(places, dice.randint(1, len(places) - 1)):
                call.put(place, second.get(place))
        yield Variant("crossed", source, call)


def enlarged(
    kept: Sequence[Kept], first: int, factors: Sequence[float], dice: random.Random
) -> Iterator[Variant]:
    """Seen calls with all that has a size scaled."""
    for factor in factors:
        for source in dice.sample(list(kept), min(len(kept), 12)):
            call = source.open()
            scale(call, first, factor, dice)
            yield Variant("scaled x%g" % factor, source, call)


def scale(call: Call, first: int, factor: float, dice: random.Random) -> None:
    """Scale a call's arguments in place; where none has a size, the receiver's contents, else its numbers."""
    places = call.places(first)
    sized = [place for place in places if mutate.has_size(call.get(place))]
    if sized:
        for place in sized:
            call.put(place, mutate.scaled(call.get(place), factor, dice))
        return
    held = mutate.attributes_of(call.args[0]) if first and call.args else {}
    held = {name: value for name, value in held.items() if mutate.has_size(value)}
    for name, value in held.items():
        mutate.set_attribute(call.args[0], name, mutate.scaled(value, factor, dice))
    if not held:
        for place in places:
            call.put(place, mutate.scaled(call.get(place), factor, dice, numbers=True))


def unseen(kept: Sequence[Kept], first: int, dice: random.Random) -> Iterator[Variant]:
    """Calls like the seen ones, as often as the workload makes each: same shapes, other contents."""
    weights = [max(source.times, 1) for source in kept]
    while True:
        source = dice.choices(list(kept), weights)[0]
        call = source.open()
        renamed: Dict[Any, Any] = {}
        for place in call.places(first):
            call.put(place, likeness.alike(call.get(place), dice, renamed))
        yield Variant("like seen", source, call)


def first_free(kind: str) -> int:
    """How many leading arguments are a receiver or class."""
    return 1 if kind in ("method", "class", "property", "cached-property") else 0


def arguments(variant: Variant) -> Tuple[Tuple[Any, ...], Dict[str, Any]]:
    """A variant's arguments as they are dumped."""
    return tuple(variant.call.args), variant.call.kwargs
