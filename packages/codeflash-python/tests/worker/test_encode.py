"""Values are encoded exactly: type, content, order, identity; what cannot be seen is said."""

from __future__ import annotations

import array
import collections
import copy
import datetime
import decimal
import enum
import fractions
import functools
import io
import itertools
import logging
import operator
import pathlib
import random
import re
import subprocess
import sys
import threading
import types
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from codeflash_worker import encode


def digest(value: Any, drain: bool = False) -> str:
    return encode.digest(encode.graph(value, drain))


def opaque(value: Any) -> list[str]:
    encoder = encode.Encoder()
    encoder.add(value)
    return [kind for kind, _ in encoder.opaque]


class Text(str):
    __slots__ = ()


class Tagged(str):
    pass


class Number(int):
    pass


class Pair(tuple):
    __slots__ = ()


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Slotted:
    __slots__ = ("__hidden", "shown")

    def __init__(self, shown: Any, hidden: Any) -> None:
        self.shown, self.__hidden = shown, hidden


class Bag:
    shared: ClassVar[list[int]] = []

    def __init__(self, **state: Any) -> None:
        self.__dict__.update(state)

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1

    def __reduce__(self) -> Any:
        raise TypeError("no")


def tagged(text: str, tag: Any) -> Tagged:
    made = Tagged(text)
    made.tag = tag  # type: ignore[attr-defined]
    return made


def cycle(*items: Any) -> list[Any]:
    made: list[Any] = list(items)
    made.append(made)
    return made


def chained(cause: BaseException | None) -> BaseException:
    error = ValueError("v")
    error.__cause__ = cause
    return error


DIFFERENT: list[tuple[Callable[[], Any], Callable[[], Any]]] = [
    (lambda: 1, lambda: True),
    (lambda: 1, lambda: 1.0),
    (lambda: 1, lambda: "1"),
    (lambda: 0.0, lambda: -0.0),
    (lambda: 1.0, lambda: 1.0000000000000002),
    (lambda: 2**80, lambda: 2**80 + 1),
    (lambda: 1j, lambda: complex(0.0, -1)),
    (lambda: b"a", lambda: "a"),
    (lambda: b"a", lambda: bytearray(b"a")),
    (lambda: (1,), lambda: [1]),
    (lambda: "a", lambda: Text("a")),
    (lambda: 1, lambda: Number(1)),
    (lambda: (1,), lambda: Pair((1,))),
    (lambda: tagged("a", 1), lambda: tagged("a", 2)),
    (lambda: {1: 2, 3: 4}, lambda: {3: 4, 1: 2}),
    (lambda: {1: 2}, lambda: collections.OrderedDict({1: 2})),
    (lambda: {"a": 1}, lambda: collections.Counter("a")),
    (lambda: collections.defaultdict(list), lambda: collections.defaultdict(set)),
    (lambda: collections.deque([1], 2), lambda: collections.deque([1], 3)),
    (lambda: array.array("i", [1]), lambda: array.array("l", [1])),
    (lambda: {1}, lambda: frozenset({1})),
    (lambda: {1}, lambda: {True}),
    (lambda: range(0, 4, 2), lambda: range(0, 3, 2)),
    (lambda: slice(1), lambda: slice(2)),
    (lambda: Colour.RED, lambda: Colour.BLUE),
    (lambda: Slotted(1, 2), lambda: Slotted(1, 3)),
    (lambda: Bag(a=1), lambda: Bag(a=2)),
    (lambda: Bag(a=1), lambda: Bag(b=1)),
    (lambda: ValueError("a"), lambda: ValueError("b")),
    (lambda: ValueError("a"), lambda: TypeError("a")),
    (lambda: chained(None), lambda: chained(KeyError(1))),
    (lambda: datetime.date(2020, 1, 1), lambda: datetime.datetime(2020, 1, 1)),
    (lambda: datetime.datetime(2020, 1, 1), lambda: datetime.datetime(2020, 1, 1, fold=1)),
    (lambda: datetime.datetime(2020, 1, 1), lambda: datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)),
    (lambda: datetime.timedelta(1), lambda: datetime.timedelta(2)),
    (lambda: decimal.Decimal("1.0"), lambda: decimal.Decimal("1.00")),
    (lambda: fractions.Fraction(1, 2), lambda: fractions.Fraction(1, 3)),
    (lambda: uuid.UUID(int=1), lambda: uuid.UUID(int=2)),
    (lambda: re.compile("a"), lambda: re.compile("a", re.I)),
    (lambda: re.match("a", "ab"), lambda: re.match("a", "ac")),
    (lambda: pathlib.PurePosixPath("a"), lambda: pathlib.PurePosixPath("b")),
    (lambda: random.Random(1), lambda: random.Random(2)),
    (lambda: io.StringIO("a"), lambda: io.StringIO("b")),
    (lambda: functools.partial(int, 1), lambda: functools.partial(int, 2)),
    (lambda: operator.itemgetter(1), lambda: operator.itemgetter(2)),
    (lambda: types.SimpleNamespace(a=1), lambda: types.SimpleNamespace(a=2)),
    (lambda: [].append, lambda: [1].append),
    (lambda: {1: 2}.keys(), lambda: {1: 2}.values()),
    (lambda: memoryview(b"ab"), lambda: memoryview(b"ab")[::-1]),
    (lambda: int, lambda: str),
    (lambda: len, lambda: print),
    (lambda: str.lower, lambda: str.upper),
    (lambda: collections, lambda: functools),
    (lambda: logging.getLogger("a"), lambda: logging.getLogger("b")),
    (lambda: cycle(1), lambda: cycle(2)),
    (lambda: [[], []], lambda: [[]] * 2),
    (lambda: types.MappingProxyType({1: 2}), lambda: {1: 2}),
]


@pytest.mark.parametrize("pair", range(len(DIFFERENT)))
def test_values_that_differ_are_told_apart(pair: int):
    left, right = DIFFERENT[pair]
    assert digest(left()) != digest(right())
    assert opaque(left()) == opaque(right()) == []


@pytest.mark.parametrize("pair", range(len(DIFFERENT)))
def test_equal_values_made_anew_have_equal_digests(pair: int):
    left, right = DIFFERENT[pair]
    assert digest(left()) == digest(left())
    assert digest([right()]) == digest([right()])


def test_not_a_number_equals_itself_whatever_its_bits():
    assert digest(float("nan")) == digest(-float("nan"))


def test_sets_do_not_depend_on_the_order_of_insertion():
    # Numbers that fall into one slot of the table come out in the order in which they went in.
    one, other = {0, 8}, set([8, 0])  # noqa: C405
    assert list(one) != list(other)
    assert digest(one) == digest(other)
    words: list[Any] = [*one, "a", None, (1, "x"), frozenset({0, 8})]
    assert digest(set(words)) == digest({frozenset({8, 0}), *words[::-1]})


def test_immutable_values_have_no_identity():
    item = (1, (2, 3))
    assert digest([item, item]) == digest([item, copy.deepcopy([1, (2, 3)]) and (1, (2, 3))])


def test_iterators_are_read_only_when_asked_to():
    source = iter([1, 2])
    assert digest(source) == digest(iter([7]))
    assert next(source) == 1
    assert digest(iter([1, 2]), drain=True) != digest(iter([7]), drain=True)


def test_endless_iterators_come_to_an_end():
    graph = encode.graph(itertools.count(), drain=True)
    assert graph["nodes"][0][2][-1] == "more"


def test_errors_while_reading_an_iterator_belong_to_it():
    def broken() -> Iterator[int]:
        yield 1
        raise KeyError("k")

    graph = encode.graph(broken(), drain=True)
    assert graph["nodes"][0][2][0] == 1
    assert graph["nodes"][0][2][-1] == "raises"


@pytest.mark.parametrize(
    "made",
    [lambda: lambda: 1, lambda: sys._getframe(), lambda: (lambda: 1).__code__, lambda: sys.stderr],
    ids=["lambda", "frame", "code", "stream"],
)
def test_what_cannot_be_looked_into_is_said(made: Callable[[], Any]):
    assert len(opaque([made()])) == 1


def test_locks_are_open_or_closed():
    closed = threading.Lock()
    with closed:
        assert digest(threading.Lock()) != digest(closed)
    assert digest(threading.Lock()) == digest(closed)


def test_objects_whose_attributes_cannot_be_read_are_opaque_not_fatal():
    class Hostile:
        @property
        def __dict__(self) -> Any:  # type: ignore[override]
            raise RuntimeError

    assert opaque(Hostile()) != [] or digest(Hostile())


def test_depth_does_not_matter():
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert len(encode.graph(deep)["nodes"]) == 100_001


def test_very_large_values_are_cut_and_said_to_be():
    encoder = encode.Encoder(limit=100)
    encoder.add([[at] for at in range(200)])
    assert ("builtins.list", "too large") in encoder.opaque


def test_given_functions_are_known_by_their_number_and_what_they_close_over():
    seen: list[int] = []

    def note(x: int) -> None:
        seen.append(x)

    given = {id(note): 0}

    def now() -> str:
        encoder = encode.Encoder(given=given)
        return encode.digest(encoder.graph(encoder.add(note)))

    before = now()
    assert before == now()
    note(1)
    assert before != now()


NUMERIC = """
import sys
sys.path.insert(0, sys.argv[1])
from codeflash_worker.encode import Encoder, digest, graph
import numpy as np, pandas as pd
d = lambda v: digest(graph(v))
def differ(a, b): assert d(a) != d(b), (a, b)
def same(a, b): assert d(a) == d(b), (a, b)
a = np.array([1_000_000])
differ(a, np.array([1_000_005])); differ(a, a.astype("i4")); differ(a, a.reshape(1, 1)); differ(a, [1_000_000])
same(a, a.copy()); same(np.array([np.nan, 1]), np.array([-np.nan, 1])); differ(np.array([0.0]), np.array([-0.0]))
differ(np.float32([1.5]), np.float64([1.5])); differ(np.int64(1), 1); differ(np.int64(1), np.int32(1))
same(np.arange(6).reshape(2, 3), np.asfortranarray(np.arange(6).reshape(2, 3)))
differ([a, a[:]], [a, a.copy()])
differ(np.array([1, "a"], dtype=object), np.array([1, "b"], dtype=object))
differ(np.zeros(2, [("x", "i4")]), np.zeros(2, [("y", "i4")]))
f = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
same(f, f.copy()); differ(f, f[["b", "a"]]); differ(f, f.astype({"a": "float64"})); differ(f, f.rename_axis("i"))
differ(f, f.set_index(pd.Index([0, 2]))); differ(f.a, f.a.rename("c")); differ(f, f.set_index(pd.RangeIndex(1, 3)))
differ(f.astype({"b": "category"}), f); same(f.astype({"b": "category"}), f.astype({"b": "category"}))
t = pd.Series(pd.to_datetime(["2020-01-01", None]))
same(t, t.copy()); differ(t, t.dt.tz_localize("UTC")); differ(pd.Timestamp("2020"), pd.Timestamp("2021"))
m = f.set_index(["a", "b"]); same(m, m.copy()); differ(m, m.swaplevel())
e = Encoder(); e.add([f, t, a, m, np.random.default_rng(1), np.random.RandomState(1), pd.NA, np.dtype("i4")])
assert not e.opaque, e.opaque
print("fine")
"""


@pytest.mark.slow
def test_arrays_and_tables_are_exact_where_the_packages_are_present():
    pytest.importorskip("pandas")
    sources = Path(encode.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", NUMERIC, str(sources)], capture_output=True, text=True)
    assert done.stdout == "fine\n", done.stderr
