"""Walks over encoded values: where do two graphs differ, and what does one look like?

The graphs are described in :mod:`codeflash_worker.encode`. They come from a process that ran foreign code:
every shape is checked before it is used, and what does not fit raises :class:`Malformed`.
"""

from __future__ import annotations

import base64
import binascii
import math
import struct
from collections.abc import Callable
from typing import Any, Literal

from attrs import frozen

FLOAT_EPSILON = {"e": 2.0**-10, "f": 2.0**-23, "d": 2.0**-52}
"""Machine epsilon by :mod:`struct` code."""

_ARRAY_CODES = {"f2": ("e", 2), "f4": ("f", 4), "f8": ("d", 8), "c8": ("f", 4), "c16": ("d", 8)}

SHOWN = 400
"""Most characters of a value that is shown."""

MAX_NODES = 400_000


SHARED = 2
"""Where among the values of an array the number of its memory stands."""

Path = tuple[Any, str]
"""A place inside a value: the place above it (a path, or a text at the top) and the last step."""

Pending = list[tuple[Any, Any, Path]]


class Malformed(Exception):
    """What came from the worker is not what a worker sends."""


@frozen
class Difference:
    """The first difference between two graphs.

    Attributes:
        kind: ``value``, ``identity`` (which objects are the same object) or ``opaque`` (it cannot be told).
        where: Path inside the value, such as ``[3].name``.
        original: The original's part there, readable.
        candidate: The candidate's part there, readable.
    """

    kind: Literal["value", "identity", "opaque"]
    where: str
    original: str
    candidate: str


def checked_nodes(nodes: Any) -> list[list[Any]]:
    """The nodes of a graph, when they have the shape of nodes.

    Raises:
        Malformed: They do not.
    """
    if not isinstance(nodes, list) or len(nodes) > MAX_NODES:
        raise Malformed("nodes")
    for node in nodes:
        if not isinstance(node, list) or len(node) != 4:
            raise Malformed("node")
        kind, name, values, names = node
        if not isinstance(kind, str) or not isinstance(name, str):
            raise Malformed("node type")
        if not isinstance(values, list) or not isinstance(names, list) or len(names) > len(values):
            raise Malformed("node content")
        if not all(isinstance(label, str) for label in names):
            raise Malformed("node names")
    return nodes


def _tag(value: Any) -> str:
    """What an encoded value is: a tag letter, or the JSON type for scalars."""
    if isinstance(value, list):
        if not value or not isinstance(value[0], str):
            raise Malformed("value")
        return value[0]
    if value is None or isinstance(value, (bool, int, str)):
        return type(value).__name__
    raise Malformed("value")


def _node(nodes: list[list[Any]], value: Any) -> tuple[int, list[Any]]:
    number = value[1] if len(value) == 2 else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(nodes):
        raise Malformed("reference")
    return number, nodes[number]


class Walk:
    """Compares values of two graphs; objects met earlier stay paired.

    Compare the arguments first, then the result, with one walk: identity across them is seen that way.
    """

    def __init__(
        self, original: list[list[Any]], candidate: list[list[Any]], tolerance: float | None = None
    ) -> None:
        """Start with nothing paired.

        Args:
            original: Nodes of the original's graph.
            candidate: Nodes of the candidate's graph.
            tolerance: Largest relative difference of floats that counts as equal; None for exact.
        """
        self._a, self._b = original, candidate
        self._tolerance = tolerance
        self._forward: dict[int, int] = {}
        self._backward: dict[int, int] = {}
        self._met: tuple[dict[int, Path], dict[int, Path]] = ({}, {})
        self._memory: tuple[dict[Any, Path], dict[Any, Path]] = ({}, {})
        self.opaque: Difference | None = None

    def compare(self, original: Any, candidate: Any, where: str = "") -> Difference | None:
        """The first difference in value or identity; what is opaque is noted and passed over.

        Raises:
            Malformed: A value has no known shape.
        """
        stack: Pending = [(original, candidate, (None, where))]
        while stack:
            a, b, path = stack.pop()
            found = self._step(a, b, path, stack)
            if found is not None:
                if found.kind != "opaque":
                    return found
                self.opaque = self.opaque or found
        return None

    def _step(self, a: Any, b: Any, path: Path, stack: Pending) -> Difference | None:
        tag_a, tag_b = _tag(a), _tag(b)
        if tag_a == "o" or tag_b == "o":
            return self._differ("opaque", path, a, b)
        if tag_a == tag_b == "r":
            return self._nodes(a, b, path, stack)
        if tag_a == tag_b == "t" and len(a) == len(b):
            pairs = [*enumerate(zip(a[1:], b[1:], strict=True))]
            stack.extend((x, y, (path, f"[{at}]")) for at, (x, y) in reversed(pairs))
            return None
        if tag_a == tag_b and (a == b or self._near(tag_a, a, b)):
            return None
        if "r" in (tag_a, tag_b) and self._is_opaque(a, b):
            return self._differ("opaque", path, a, b)
        return self._differ("value", path, a, b)

    def _is_opaque(self, a: Any, b: Any) -> bool:
        for nodes, value in ((self._a, a), (self._b, b)):
            if _tag(value) == "r" and _node(nodes, value)[1][0] == "opaque":
                return True
        return False

    def _near(self, tag: str, a: Any, b: Any) -> bool:
        if self._tolerance is None or tag not in ("f", "c") or len(a) != len(b):
            return False
        try:
            pairs = [(float(x), float(y)) for x, y in zip(a[1:], b[1:], strict=True)]
        except (TypeError, ValueError):
            raise Malformed("float") from None
        return all(_close(x, y, self._tolerance) for x, y in pairs)

    def _nodes(self, a: Any, b: Any, path: Path, stack: Pending) -> Difference | None:
        number_a, node_a = _node(self._a, a)
        number_b, node_b = _node(self._b, b)
        paired_a, paired_b = self._forward.get(number_a), self._backward.get(number_b)
        if paired_a is not None or paired_b is not None:
            if paired_a == number_b and paired_b == number_a:
                return None
            return self._identity(path, number_a, number_b)
        self._forward[number_a], self._backward[number_b] = number_b, number_a
        self._met[0][number_a] = self._met[1][number_b] = path
        if node_a[0] == "opaque" or node_b[0] == "opaque":
            return self._differ("opaque", path, a, b)
        if node_a[:2] != node_b[:2] or node_a[3] != node_b[3]:
            return self._differ("value", path, a, b)
        values_a, values_b = node_a[2], node_b[2]
        if node_a[0] in ("ndarray", "objects") and len(values_a) > SHARED < len(values_b):
            found = self._shares(path, values_a[SHARED], values_b[SHARED])
            # Other contents are the plainer difference.
            if (
                found is not None
                and values_a[:SHARED] == values_b[:SHARED]
                and (node_a[0] == "objects" or values_a[SHARED + 1 :] == values_b[SHARED + 1 :])
            ):
                return found
        if node_a[0] in ("ndarray", "number"):
            return self._arrays(node_a, node_b, path, a, b)
        if len(values_a) != len(values_b):
            return self._differ("value", path, a, b)
        labels = _labels(node_a)
        stack.extend(
            (values_a[at], values_b[at], (path, labels(at))) for at in range(len(values_a) - 1, -1, -1)
        )
        return None

    def _identity(self, path: Path, number_a: int, number_b: int) -> Difference:
        """Which object each side has there: values that read alike say nothing about it."""
        sides = ((self._a, number_a, self._met[0]), (self._b, number_b, self._met[1]))
        told = []
        for nodes, number, met in sides:
            kind = type_of(nodes, ["r", number])
            if number in met:
                told.append(f"the very {kind} that is {_written(met[number])}")
            else:
                told.append(f"{_article(kind)} of its own, {show(nodes, ['r', number], 60)}")
        return Difference("identity", _written(path), told[0], told[1])

    def _shares(self, path: Path, memory_a: Any, memory_b: Any) -> Difference | None:
        """Whether the two arrays are views of other memory; both sides number it in the order of first sight."""
        told = []
        for memory, seen in zip((memory_a, memory_b), self._memory, strict=True):
            if not isinstance(memory, int):
                raise Malformed("memory")
            told.append(f"a view of {_written(seen[memory])}" if memory in seen else "memory of its own")
            seen.setdefault(memory, path)
        return None if memory_a == memory_b else Difference("identity", _written(path), told[0], told[1])

    def _arrays(self, node_a: list[Any], node_b: list[Any], path: Path, a: Any, b: Any) -> Difference | None:
        values_a, values_b = node_a[2], node_b[2]
        if values_a == values_b:
            return None
        if self._tolerance is not None and self._close_arrays(values_a, values_b):
            return None
        return self._differ("value", path, a, b)

    def _close_arrays(self, a: list[Any], b: list[Any]) -> bool:
        if len(a) != len(b) or len(a) < 2 or a[:-1] != b[:-1] or not isinstance(a[0], str):
            return False
        code, width = _ARRAY_CODES.get(a[0][1:], ("", 0))
        if not code or a[0][:1] not in ("<", ">"):
            return False
        data_a, data_b = _bytes(a[-1]), _bytes(b[-1])
        if len(data_a) != len(data_b) or len(data_a) % width:
            return False
        layout = f"{a[0][0]}{len(data_a) // width}{code}"
        tolerance = max(self._tolerance or 0.0, 4 * FLOAT_EPSILON[code])
        pairs = zip(struct.unpack(layout, data_a), struct.unpack(layout, data_b), strict=True)
        return all(_close(x, y, tolerance) for x, y in pairs)

    def _differ(self, kind: Literal["value", "identity", "opaque"], path: Path, a: Any, b: Any) -> Difference:
        left, right = show(self._a, a), show(self._b, b)
        if left == right and kind == "value":
            left, right = _told_apart(left, (self._a, a), (self._b, b))
        return Difference(kind, _written(path), left, right)


def _written(path: Path) -> str:
    steps: list[str] = []
    at: Any = path
    while at is not None:
        at, step = at
        steps.append(step)
    steps.reverse()
    if len(steps) > 40:
        steps[20:-20] = ["..."]
    return "".join(steps)


def _bytes(value: Any) -> bytes:
    if not isinstance(value, list) or len(value) != 2 or value[0] != "b" or not isinstance(value[1], str):
        raise Malformed("bytes")
    try:
        return base64.b64decode(value[1], validate=True)
    except binascii.Error:
        raise Malformed("bytes") from None


def _close(a: float, b: float, tolerance: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=tolerance)


def _labels(node: list[Any]) -> Callable[[int], str]:
    """The name of each part of a node, for paths."""
    kind, _, values, names = node
    content = len(values) - len(names)

    def label(at: int) -> str:
        if at >= content:
            return "." + str(names[at - content])
        if kind == "dict":
            return f" key {at // 2}" if at % 2 == 0 else _key(values[at - 1])
        if kind == "exception":
            return ".args" if at else ""
        if kind in ("scalar", "number", "ndarray", "enum"):
            return ""
        return f"[{at}]"

    return label


def _key(value: Any) -> str:
    if isinstance(value, (str, int)) or value is None:
        return f"[{_short(repr(value), 40)}]"
    return "[...]"


def type_of(nodes: list[list[Any]], value: Any) -> str:
    """Qualified type of an encoded value, for messages."""
    tag = _tag(value)
    names = {"f": "float", "i": "int", "c": "complex", "b": "bytes", "t": "tuple", "g": "global"}
    if tag == "r":
        return str(_node(nodes, value)[1][1]).removeprefix("builtins.")
    return names.get(tag, tag)


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _told_apart(
    shown: str, a: tuple[list[list[Any]], Any], b: tuple[list[list[Any]], Any]
) -> tuple[str, str]:
    """Two values that differ and read alike, each with what tells it from the other."""
    sides = (a, b)
    for told in (
        [type_of(nodes, value) for nodes, value in sides],
        [_sized(nodes, value) for nodes, value in sides],
        [_whole(nodes, value) for nodes, value in sides],
    ):
        if told[0] != told[1]:
            return f"{shown} ({told[0]})", f"{shown} ({told[1]})"
    return f"{shown} (one value)", f"{shown} (another value that reads alike)"


def _sized(nodes: list[list[Any]], value: Any) -> str:
    """How many parts and which attributes a value has."""
    if _tag(value) != "r":
        return ""
    _, _, values, names = _node(nodes, value)[1]
    return f"{len(values) - len(names)} parts{', attributes ' + ', '.join(names[:20]) if names else ''}"


def _whole(nodes: list[list[Any]], value: Any) -> str:
    """What the form that was cut leaves out."""
    return _short(_shown(nodes, value, 8)[SHOWN - 3 :], SHOWN)


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."


def show(nodes: list[list[Any]], value: Any, limit: int = SHOWN, depth: int = 4) -> str:
    """A readable form, cut at ``limit`` characters and ``depth`` levels.

    Raises:
        Malformed: A value has no known shape.
    """
    return _short(_shown(nodes, value, depth), limit)


def _shown(nodes: list[list[Any]], value: Any, depth: int) -> str:
    tag = _tag(value)
    if tag in ("str", "int", "bool", "NoneType"):
        return _short(repr(value), SHOWN)
    if tag == "f":
        return str(value[1:2][0]) if len(value) > 1 else "?"
    if tag == "i":
        return _short(str(value[-1]), 80)
    if tag == "b":
        return _short(repr(_bytes(value)[:SHOWN]), SHOWN)
    if tag == "c":
        return f"complex({', '.join(map(str, value[1:3]))})"
    if tag == "g":
        return ".".join(str(part) for part in value[1:3] if part and part != "builtins")
    if tag == "o":
        return "<" + " ".join(str(part) for part in value[1:3]) + ">"
    if tag == "t":
        inner = ", ".join(_shown(nodes, item, 0) for item in value[1:40])
        return f"({inner},)" if len(value) == 2 else f"({inner}{', ...' if len(value) > 40 else ''})"
    if tag == "r":
        return _shown_node(nodes, _node(nodes, value)[1], depth)
    raise Malformed("value")


def _shown_node(nodes: list[list[Any]], node: list[Any], depth: int) -> str:
    kind, name, values, names = node
    short = name.removeprefix("builtins.").rpartition(".")[2]
    if depth <= 0:
        return f"<{short} ...>"
    content = values[: len(values) - len(names)]
    shown = [_shown(nodes, item, depth - 1) for item in content[:40]]
    if len(content) > 40:
        shown.append(f"... {len(content)} in all")
    labelled = [
        f"{label}={_shown(nodes, item, depth - 1)}"
        for label, item in zip(names[:20], values[len(values) - len(names) :], strict=False)
    ]
    if kind == "list" and name == "builtins.list":
        return f"[{', '.join(shown)}]"
    if kind == "tuple" and name == "builtins.tuple":
        return f"({', '.join(shown)}{',' if len(shown) == 1 else ''})"
    if kind == "set" and name == "builtins.set":
        return f"{{{', '.join(shown)}}}" if shown else "set()"
    if kind == "dict":
        pairs = ", ".join(f"{key}: {item}" for key, item in zip(shown[::2], shown[1::2], strict=False))
        text = f"{{{pairs}}}"
        return text if name == "builtins.dict" else f"{short}({', '.join([text, *labelled])})"
    if kind == "exception":
        return f"{short}({', '.join(shown[1:])})"
    if kind in ("opaque", "feed", "given"):
        return f"<{short}>"
    return f"{short}({', '.join([*shown, *labelled])})"
