"""Values as graphs of plain data, exact in type, identity and order.

A graph is ``{"nodes": [...], "root": value}``. A *value* is JSON: null, true, false, a small integer or a
string stand for themselves; everything else is a list that starts with a letter: ``["i", hex]`` large int,
``["f", repr]`` float, ``["c", real, imaginary]`` complex, ``["b", base64]`` bytes, ``["t", value, ...]``
tuple of scalars, ``["g", module, name]`` something importable, ``["o", type, reason]`` opaque, and
``["r", n]`` the node number n. A *node* is ``[kind, type, values, names]``; the last ``len(names)`` values
are attributes with these names, the ones before are the content.

Only objects with state of their own have identity: reaching one twice gives the same node number.
Immutable values are written out wherever they occur. Nothing here recurses over the depth of a value.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, Callable, Dict, List, Optional, Tuple

from codeflash_worker import encode_types

NODES = 200_000
"""Most nodes of one graph."""

DRAINED = 2_000
"""Most items that are taken from an iterator."""

SMALL = 1 << 53
"""Integers below this in absolute size are JSON numbers."""

Value = Any


class Encoder:
    """Builds one graph out of several values that may share objects.

    Attributes:
        nodes: The nodes so far.
        opaque: Types and reasons of what could not be encoded, in order.
        drained: Whether an iterator was read to see what is left in it.
        boundary: Nodes below this number belong to the arguments; see ``crossed``.
        crossed: Whether something reached a node below the boundary.
    """

    def __init__(
        self,
        drain: bool = True,
        given: Optional[Dict[int, int]] = None,
        feeds: Optional[Dict[int, Any]] = None,
        limit: int = NODES,
    ) -> None:
        """Start an empty graph.

        Args:
            drain: Whether iterators are read; otherwise only their type is noted.
            given: Number of each opaque object that came with the arguments, by ``id``.
            feeds: The argument generators, by ``id``: they are noted, not read.
            limit: Most nodes.
        """
        self.nodes: List[Any] = []
        self.opaque: List[Tuple[str, str]] = []
        self.drained = False
        self.boundary = 0
        self.crossed = False
        self.drain = drain
        self.given = given or {}
        self.feeds = feeds or {}
        self.limit = limit
        self.opaque_objects: List[Any] = []
        self.identity: Dict[int, int] = {}
        self._kept: List[Any] = []
        self._objects: List[Any] = []
        self._todo: List[Tuple[int, Any, Callable[..., Any]]] = []
        self._memory: Dict[int, int] = {}

    def add(self, value: Any) -> Value:
        """Encode one more value with all that it reaches."""
        encoded = self.value(value)
        todo = self._todo
        at = 0
        while at < len(todo):
            number, item, expand = todo[at]
            at += 1
            self._fill(number, item, expand)
        todo.clear()
        return encoded

    def _fill(self, number: int, item: Any, expand: Callable[..., Any]) -> None:
        try:
            kind, content, names = expand(self, item)
        except encode_types.Opaque as reason:
            self.nodes[number] = self.opaque_node(item, str(reason))
            return
        except Exception as error:  # Foreign descriptors and iterators raise anything.
            self.nodes[number] = self.opaque_node(item, "cannot be read: " + type(error).__name__)
            return
        encode_value = self.value
        values = [encode_value(part) for part in content]
        self.nodes[number] = [kind, type_name(type(item)), values, names]

    def opaque_node(self, item: Any, reason: str) -> Any:
        """The node of an object that cannot be looked into."""
        name = type_name(type(item))
        number = self.given.get(id(item))
        if number is not None:
            return ["given", name, [number], []]
        self.opaque.append((name, reason))
        self.opaque_objects.append(item)
        return ["opaque", name, [reason], []]

    def value(self, obj: Any) -> Value:
        """One encoded value; what it reaches waits in the list of things to do."""
        kind = type(obj)
        if kind is str or obj is None or kind is bool:
            return obj
        if kind is int:
            return obj if -SMALL < obj < SMALL else ["i", hex(obj)]
        if kind is float:
            return ["f", repr(obj)]
        if kind is bytes:
            return ["b", base64.b64encode(obj).decode("ascii")]
        if kind is tuple and all(type(item) in _PLAIN for item in obj):
            return ["t", *map(self.value, obj)]
        if kind is complex:
            return ["c", repr(obj.real), repr(obj.imag)]
        return self._reference(obj, kind)

    def _reference(self, obj: Any, kind: type) -> Value:
        expand, has_identity, may_have_name = encode_types.expander(kind)
        if may_have_name:
            named = encode_types.global_name(obj)
            if named is not None:
                return ["g", named[0], named[1]]
        if has_identity:
            number = self.identity.get(id(obj))
            if number is not None:
                self.crossed = self.crossed or number < self.boundary
                return ["r", number]
        if len(self.nodes) >= self.limit:
            self.opaque.append((type_name(kind), "too large"))
            return ["o", type_name(kind), "too large"]
        number = len(self.nodes)
        self.nodes.append(None)
        self._objects.append(obj)
        if has_identity:
            self.identity[id(obj)] = number
        self._todo.append((number, obj, expand))
        return ["r", number]

    def memory(self, owner: Any) -> int:
        """A number for the memory that arrays share, in the order of first sight."""
        self._kept.append(owner)
        return self._memory.setdefault(id(owner), len(self._memory))

    def keep(self, item: Any) -> None:
        """Keep a temporary alive, so that its ``id`` is not used again."""
        self._kept.append(item)

    def identified(self, low: int) -> List[Tuple[Any, int]]:
        """Objects with identity whose node number is at least ``low``, with that number."""
        kept = self._objects
        return [(kept[number], number) for number in self.identity.values() if number >= low]

    def graph(self, root: Value) -> Dict[str, Any]:
        """The graph as seen from one of the added values."""
        return {"nodes": self.nodes, "root": root}


_PLAIN = frozenset((str, int, float, bool, bytes, complex, type(None)))


_TYPE_NAMES: Dict[type, str] = {}


def type_name(kind: type) -> str:
    """Module and qualified name of a type."""
    name = _TYPE_NAMES.get(kind)
    if name is None:
        module, name = kind.__module__, kind.__qualname__
        name = _TYPE_NAMES[kind] = "%s.%s" % (module, name) if isinstance(module, str) else name
    return name


def graph(value: Any, drain: bool = False) -> Dict[str, Any]:
    """The graph of one value.

    Args:
        value: Anything.
        drain: Whether iterators inside are read.
    """
    encoder = Encoder(drain)
    return encoder.graph(encoder.add(value))


_canonical = json.JSONEncoder(separators=(",", ":"), sort_keys=True, check_circular=False).encode


def size(data: Any) -> int:
    """Characters of JSON."""
    return len(json.dumps(data))


def digest(data: Any) -> str:
    """SHA-256 over the canonical JSON of a graph or any other plain data."""
    return hashlib.sha256(_canonical(data).encode("ascii")).hexdigest()


def element_key(encoder: Encoder, element: Any) -> Tuple[str, str]:
    """A key that sorts the elements of a set by what they are, the same in each process."""
    sub = Encoder(False, encoder.given, encoder.feeds, 1000)
    root = sub.add(element)
    if not sub.nodes:
        return json.dumps(root), ""
    return digest(sub.graph(root)), ""
