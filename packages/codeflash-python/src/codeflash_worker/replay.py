"""Calls a target with kept inputs and says everything that can be observed, as digests of facets.

All calls of one replay are made in one process, in order, so that state kept between calls shows; at
the end each input comes once more, so that a stale cache shows as well.
"""

from __future__ import annotations

import contextlib
import random
import weakref
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from codeflash_worker import encode, fixed_clock
from codeflash_worker.drive import Driven, Limit, drive, facts
from codeflash_worker.encode_types import is_iterator
from codeflash_worker.load import Loaded
from codeflash_worker.payload import Opened, Unkeepable, open_payload
from codeflash_worker.state import Refusal, State
from codeflash_worker.surroundings import Surroundings

GRAPH = 2 * 1024 * 1024
"""Largest graph in characters of JSON that is sent."""

REMEMBERED = 200_000
"""Most objects of earlier results that are kept to see whether one is handed out twice."""

KEPT = 2_000
"""Most containers among what the arguments reach before a call that are looked at again after it."""

_FOUND_AGAIN = frozenset(
    [
        "list",
        "dict",
        "set",
        "deque",
        "array",
        "scalar",
        "object",
        "tuple",
        "enum",
        "range",
        "given",
        "opaque",
        "feed",
        "iterator",
    ]
)
"""Kinds of nodes that are made of what is there already, of nothing made for the encoder."""

_CONTAINERS = frozenset(["list", "dict", "set", "deque", "array", "scalar", "object", "ndarray", "objects"])


class Settings:
    """How to replay.

    Attributes:
        seed: Seed of all randomness.
        call_wall: Wall time in seconds that one call may take.
        fixed: Whether clocks and unique ids are replaced by repeatable ones.
        again: Whether each input comes a second time.
        graphs: Numbers of the calls whose outcome is wanted in full.
        expected: Digests to stop at the first difference from, or None.
        order: Numbers of the inputs, or None for each once.
        give_up: Whether a call that does not finish in its time is the last.
    """

    def __init__(self, request: Dict[str, Any]) -> None:
        self.seed = int(request.get("seed", 0))
        self.call_wall = float(request.get("call_wall", 5.0))
        self.fixed = bool(request.get("fix_clock", False))
        self.again = bool(request.get("again", True))
        self.graphs = frozenset(request.get("graphs") or ())
        self.expected: Optional[List[str]] = request.get("expected")
        self.order: Optional[List[int]] = request.get("order")
        self.give_up = bool(request.get("give_up", False))


class Replay:
    """One replay of one target."""

    def __init__(self, state: State, loaded: Loaded, settings: Settings) -> None:
        self.state, self.loaded, self.settings = state, loaded, settings
        self.limit = Limit()
        self._results: Dict[int, Tuple[Any, int, int]] = {}

    def run(self, blobs: Sequence[bytes]) -> List[Dict[str, Any]]:
        """The outcome of each call, in the order made.

        Raises:
            Refusal: ``payload`` when an input does not load here.
        """
        settings = self.settings
        order = settings.order if settings.order is not None else list(range(len(blobs)))
        plan = [*order, *order] if settings.again else order
        outcomes: List[Dict[str, Any]] = []
        with self.surroundings() as (around, clocks):
            for number, index in enumerate(plan):
                self.state.progress(number)
                random.seed(settings.seed)
                try:
                    opened = open_payload(blobs[index])
                except Unkeepable as error:
                    raise Refusal("payload", "input %d %s" % (index, error.reason)) from None
                outcome = self.one(number, index, opened, around, clocks)
                outcomes.append(outcome)
                if settings.give_up and outcome.get("timeout"):
                    break
                expected = settings.expected
                if expected is not None and (
                    number >= len(expected) or expected[number] != outcome["digest"]
                ):
                    break
        self.end = around.globals.everything()
        return outcomes

    @contextlib.contextmanager
    def surroundings(self) -> Iterator[Tuple[Surroundings, Any]]:
        """What is looked at around the calls, and the clocks where they stand still."""
        around = Surroundings(self.loaded.function.__globals__, self.state.scratch, self.settings.seed)
        clocks = fixed_clock.install(self.state, self.settings.seed) if self.settings.fixed else None
        try:
            yield around, clocks
        finally:
            around.close()
            if clocks is not None:
                clocks.remove()

    def one(
        self,
        number: int,
        index: int,
        opened: Opened,
        around: Surroundings,
        clocks: Any,
        between: Optional[Callable[[], None]] = None,
    ) -> Dict[str, Any]:
        """Make one call and say what was observed.

        Args:
            number: Number of the call in this replay.
            index: Number of its input.
            opened: Its arguments.
            around: What is looked at around it.
            clocks: The clocks that stand still, or None.
            between: Done after the first item of what yields.
        """
        random.seed(self.settings.seed)
        before = _before(opened)
        around.before(index)
        if clocks is not None:
            clocks.reset()
        done = drive(self.loaded.call, opened, self.limit, self.settings.call_wall, between)
        if done.kind == "timeout":
            around.after()
            return {"input": index, "digest": "timeout", "timeout": True, "seconds": done.seconds}
        seen = Seen(opened, before, done)
        facets, details = around.after()
        facets.update(seen.facets())
        facets["shared"] = self._shared(number, seen)
        outcome: Dict[str, Any] = {
            "input": index,
            "digest": encode.digest(facets),
            "facets": facets,
            "raised": seen.raised,
            "opaque": [list(pair) for pair in seen.encoder.opaque[:20]],
            "mutated": seen.arguments_digest != before.digest or seen.arguments_drained,
            "aliased": seen.encoder.crossed,
            "consumed": any(feed.consumed or feed.ended for feed in opened.feeds) or seen.arguments_drained,
            "seconds": done.seconds,
        }
        if number in self.settings.graphs:
            outcome["full"] = {**details, **seen.full()}
        return outcome

    def _shared(self, number: int, seen: Seen) -> List[List[int]]:
        """Objects of this result that an earlier call handed out already."""
        found = []
        for obj, node in seen.result_objects():
            earlier = self._results.get(id(obj))
            if earlier is not None:
                found.append([node, earlier[1], earlier[2]])
            elif len(self._results) < REMEMBERED:
                self._results[id(obj)] = (obj, number, node)
        return found


class Before(NamedTuple):
    """What is known of the arguments before a call.

    Attributes:
        given: Opaque objects among them, by ``id``.
        digest: Digest of their graph.
        kept: Containers that they reach, in the order of discovery: the call may put them out of reach.
        nodes: Number of nodes of their graph.
    """

    given: Dict[int, int]
    digest: str
    kept: List[Any]
    nodes: int


def _before(opened: Opened) -> Before:
    feeds = {id(feed.generator): feed for feed in opened.feeds}
    given: Dict[int, int] = {}
    encoder = encode.Encoder(drain=False, feeds=feeds)
    values = _arguments(encoder, opened)
    if encoder.opaque_objects:
        given = {id(obj): at for at, obj in enumerate(encoder.opaque_objects)}
        encoder = encode.Encoder(drain=False, given=given, feeds=feeds)
        values = _arguments(encoder, opened)
        # What a function made on the fly closes over may be opaque in its turn.
        for obj in encoder.opaque_objects:
            given.setdefault(id(obj), len(given))
        if encoder.opaque_objects:
            encoder = encode.Encoder(drain=False, given=given, feeds=feeds)
            values = _arguments(encoder, opened)
    kept = _containers(encoder, opened)
    again = [encoder.add(obj) for obj in kept]
    return Before(given, encode.digest([encoder.nodes, values, again]), kept, len(encoder.nodes))


def _containers(encoder: encode.Encoder, opened: Opened) -> List[Any]:
    """Containers that the arguments reach; none where keeping them alive would show."""
    found = encoder.identified(0)
    for obj, _ in found:
        ends = hasattr(type(obj), "__del__") and not is_iterator(type(obj))
        if ends or weakref.getweakrefcount(obj):
            return []
    kinds = [node[0] for node in encoder.nodes]
    if not _FOUND_AGAIN.issuperset(kinds):
        # Some nodes are of objects made for the encoder; these are others the next time.
        other = encode.Encoder(False, encoder.given, encoder.feeds)
        _arguments(other, opened)
        found = [(obj, number) for obj, number in found if other.identity.get(id(obj)) == number]
    kept = [obj for obj, number in found if kinds[number] in _CONTAINERS]
    return kept[:KEPT]


def _arguments(encoder: encode.Encoder, opened: Opened) -> List[Any]:
    values = [encoder.add(value) for value in opened.args]
    return [*values, *(["k", name, encoder.add(value)] for name, value in opened.kwargs.items())]


class Seen:
    """The encoded outcome of one call: arguments first, with what they reached before, then the result."""

    def __init__(self, opened: Opened, before: Before, done: Driven) -> None:
        self.opened, self.done = opened, done
        feeds = {id(feed.generator): feed for feed in opened.feeds}
        self.encoder = encoder = encode.Encoder(drain=True, given=before.given, feeds=feeds)
        self.arguments = _arguments(encoder, opened)
        encoder.limit += before.nodes
        self.kept = [encoder.add(obj) for obj in before.kept]
        self.arguments_drained = encoder.drained
        self.arguments_digest = encode.digest([encoder.nodes, self.arguments, self.kept])
        self.boundary = encoder.boundary = len(encoder.nodes)
        self.kind, self.facts = facts(done)
        self.result = encoder.add(done.value)
        self.final = encoder.add(done.final)
        self.error = encoder.add(done.error)
        self.raised = "" if done.error is None else encode.type_name(type(done.error))

    def facets(self) -> Dict[str, Any]:
        """Digests of arguments, result and exception; consumed input."""
        found = {"arguments": self.arguments_digest}
        nodes = self.encoder.nodes[self.boundary :]
        if self.raised:
            found["exception"] = encode.digest([self.error, nodes])
        if not self.raised or self.facts["trace"]:
            found["result"] = encode.digest([self.kind, self.facts, self.result, self.final, nodes])
        if self.opened.feeds:
            counts = [[feed.consumed, feed.ended] for feed in self.opened.feeds]
            found["consumed"] = encode.digest(counts)
        return found

    def result_objects(self) -> List[Tuple[Any, int]]:
        """Objects with identity that only the result reaches, with their place behind the arguments."""
        low = self.boundary
        return [(obj, node - low) for obj, node in self.encoder.identified(low)]

    def full(self) -> Dict[str, Any]:
        """The outcome in full, or a note that it is too large."""
        data = {
            "nodes": self.encoder.nodes,
            "boundary": self.boundary,
            "arguments": self.arguments,
            "kept": self.kept,
            "result": self.result,
            "final": self.final,
            "error": self.error,
            "kind": self.kind,
            "facts": self.facts,
            "consumed": [[feed.consumed, feed.ended] for feed in self.opened.feeds],
        }
        return data if encode.size(data) <= GRAPH else {"too_large": True}
