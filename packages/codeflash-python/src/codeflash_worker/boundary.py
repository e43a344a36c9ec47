"""Boundary values by type: what programs meet rarely and rewrites forget."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import random
import sys
from typing import Any, Callable, Dict, List, Tuple

from codeflash_worker import samples
from codeflash_worker.payload import Stream

Named = Tuple[str, Any]

HUGE = "huge"
"""Labels with this word name values on which a loop may not end."""

TYPES = (int, float, str, bytes, bool, type(None), list, dict, object)


def boundaries(value: Any, dice: random.Random) -> List[Named]:
    """Labelled values to use in place of one that was seen, the most telling first.

    Args:
        value: A seen value; it may be put into the results.
        dice: Source of all random choices.
    """
    if isinstance(value, enum.Enum):
        return [("member " + member.name, member) for member in type(value) if member is not value]
    if isinstance(value, type):
        return [("type " + each.__name__, each) for each in TYPES if each is not value]
    for kind, make in _MAKERS:
        if isinstance(value, kind):
            return make(value, dice)
    array = _array_like(value)
    return array if array is not None else [("None", None)]


def _of_bool(value: bool, dice: random.Random) -> List[Named]:
    return [("negated", not value), ("int", int(value)), ("None", None), ("two", 2)]


def _of_int(value: int, dice: random.Random) -> List[Named]:
    return [
        ("zero", 0),
        ("minus one", -1),
        ("one", 1),
        ("one more", value + 1),
        ("one less", value - 1),
        ("negated", -value),
        ("bool", bool(value)),
        ("float", float(value) if abs(value) < 1 << 1000 else 1.0),
        ("two", 2),
        ("small", dice.randint(3, 20)),
        ("subclass", samples.NumberKind(value)),
        ("huge 2**31", 1 << 31),
        ("huge 10**30", 10**30),
        ("None", None),
        ("text", str(value)[:20] if abs(value) < 1 << 1000 else "1"),
    ]


def _of_float(value: float, dice: random.Random) -> List[Named]:
    return [
        ("zero", 0.0),
        ("minus zero", -0.0),
        ("nan", float("nan")),
        ("inf", float("inf")),
        ("minus inf", float("-inf")),
        ("negated", -value),
        ("int", int(value) if value == value and abs(value) < 1e15 else 1),
        ("tiny", 5e-324),
        ("large", 1e308),
        ("half", 0.5),
        ("next", value * (1 + 2**-52)),
        ("subclass", samples.RealKind(value)),
        ("bool", True),
        ("None", None),
    ]


TEXTS = (
    "e\u0301",
    "\u0130",
    "stra\u00dfe",
    "\uff11\uff12",
    "\u3042\u6f22",
    "\U0001f600",
    "\x00",
    "a\x1cb\x85c\u2028d",
    "\r\n\t\v",
    "\ud800",
    "%s {} \\ '\"",
    "&amp;<",
    "\u0661",
    "-1",
    "1e5",
)


def _of_str(value: str, dice: random.Random) -> List[Named]:
    made = [
        ("empty", ""),
        ("one character", value[:1] or "a"),
        ("space", " "),
        ("combining", value + "e\u0301"),
        ("line end", value + "\n"),
        ("reversed", value[::-1]),
        ("subclass", samples.TextKind(value)),
        ("doubled", value + value),
        ("upper case", value.upper()),
        ("padded", " " + value + " "),
        ("digits", "0"),
        ("bytes", value.encode("utf-8", "surrogatepass")),
        ("None", None),
    ]
    texts = [("text %d" % number, text) for number, text in enumerate(TEXTS)]
    inside = [("with " + name, _insert(value, text, dice)) for name, text in texts]
    return made + [each for pair in zip(texts, inside) for each in pair]


def _insert(value: str, text: str, dice: random.Random) -> str:
    at = dice.randint(0, len(value))
    return value[:at] + text + value[at:]


def _of_bytes(value: Any, dice: random.Random) -> List[Named]:
    raw = bytes(value)
    kind = type(value) if type(value) in (bytes, bytearray) else bytes
    return [
        ("empty", kind(b"")),
        ("one byte", kind(raw[:1] or b"a")),
        ("high bytes", kind(b"\x00\xff\x80")),
        ("doubled", kind(raw + raw)),
        ("reversed", kind(raw[::-1])),
        ("bytearray", bytearray(raw) if kind is bytes else raw),
        ("subclass", samples.BytesKind(raw)),
        ("text", raw.decode("latin-1")),
        ("None", None),
    ]


def _sorted(items: List[Any]) -> List[Any]:
    try:
        return sorted(items)
    except Exception:
        return sorted(items, key=lambda item: type(item).__name__)


def _cycle(items: List[Any], size: int) -> List[Any]:
    return [items[index % len(items)] for index in range(size)] if items else list(range(size))


ODD_ITEMS = (
    ("one, True, 1.0", [1, True, 1.0]),
    ("zeros", [0.0, -0.0, 0, False]),
    ("None", [None]),
    ("None twice", [None, None, 0]),
    ("unhashable", [[1], [1]]),
    ("mapping", [{"a": 1}]),
    ("infinities", [float("inf"), float("-inf")]),
    ("mixed", [1, "1", None, 1.5]),
    ("ties", [samples.Tie(1, "a"), samples.Tie(0, "b"), samples.Tie(1, "c"), samples.Tie(0, "d")]),
    ("texts", ["b", "a", "", "a"]),
    ("agreeable", [samples.Agreeable()]),
)


_SUBCLASSES: Dict[type, Callable[[Any], Any]] = {
    str: samples.TextKind,
    int: samples.NumberKind,
    float: samples.RealKind,
    bytes: samples.BytesKind,
    list: samples.ListKind,
    tuple: samples.RowKind,
    dict: samples.TableKind,
    set: samples.SetKind,
}


def _of_subclass(item: Any) -> Any:
    """The same value as an instance of a subclass, where its type is a plain one."""
    return _SUBCLASSES.get(type(item), lambda same: same)(item)


def _lists(items: List[Any], dice: random.Random) -> List[Named]:
    nan = samples.SharedNan("nan")
    made: List[Named] = [
        ("empty", []),
        ("one item", items[:1] or [0]),
        ("two items", _cycle(items, 2)),
        ("all equal", [items[0] if items else 0] * max(3, len(items))),
        ("items of subclasses", [_of_subclass(item) for item in items]),
        ("duplicates", items + items),
        ("reversed", items[::-1]),
        ("sorted", _sorted(items)),
        ("shuffled", dice.sample(items, len(items))),
        ("one nan", [*items, nan]),
        ("nans", [nan, *items, nan, float("nan")]),
    ]
    made += [("items " + name, list(odd)) for name, odd in ODD_ITEMS]
    made += [("with items " + name, items + list(odd)) for name, odd in ODD_ITEMS]
    sizes = dice.sample(range(3, 21), 6)
    return made + [("%d items" % size, _cycle(items, size)) for size in sizes]


ODD_PARTS = (
    ("object", samples.Tie(1, "a")),
    ("mapping", {"a": [1], 2: None}),
    ("tuple", (1, [2])),
    ("list", [[1]]),
    ("None", None),
)


def _inside(items: List[Any], dice: random.Random) -> List[Named]:
    """Lists of lists or dictionaries in which one part of an item is another kind of thing."""
    holders = [index for index, item in enumerate(items) if type(item) in (list, dict) and item]
    made: List[Named] = []
    for name, odd in ODD_PARTS if holders else ():
        at = dice.choice(holders)
        item = items[at].copy()
        item[dice.choice(list(item) if type(item) is dict else range(len(item)))] = odd
        made.append(("inside: " + name, [*items[:at], item, *items[at + 1 :]]))
    return made


def _of_list(value: List[Any], dice: random.Random) -> List[Named]:
    items = list(value)
    made = _lists(items, dice)
    made[4:4] = _inside(items, dice)
    made[4:4] = [
        ("tuple", tuple(items)),
        ("generator", Stream(items)),
        ("subclass", samples.ListKind(items)),
    ]
    return [*made, ("iterator", iter(items)), ("None", None), ("text", "text"), ("range", range(len(items)))]


def _of_tuple(value: Tuple[Any, ...], dice: random.Random) -> List[Named]:
    if hasattr(value, "_make"):
        return [("plain tuple", tuple(value)), ("list", list(value))]
    items = list(value)
    made: List[Named] = [(name, tuple(each)) for name, each in _lists(items, dice)]
    made[4:4] = [("list", items), ("generator", Stream(items)), ("subclass", samples.RowKind(items))]
    return [*made, ("None", None)]


def _of_stream(value: Stream, dice: random.Random) -> List[Named]:
    items = list(value.items)
    made: List[Named] = [(name, Stream(each)) for name, each in _lists(items, dice)]
    made[2:2] = [
        ("list", items),
        ("tuple", tuple(items)),
        ("raises", Stream(items[: len(items) // 2], "stop here")),
    ]
    return [*made, ("iterator", iter(items))]


def odd_streams(value: Any) -> List[Named]:
    """One-shot iterators over things that do not hash, for a value that is read item by item."""
    if not isinstance(value, (list, tuple, set, frozenset, Stream)) or hasattr(value, "_make"):
        return []
    items = list(value.items if isinstance(value, Stream) else value)
    return [
        ("stream of unhashable items", Stream([[1], [2], [1]])),
        ("stream with unhashable items", Stream([*items, [1], [2], [1]])),
    ]


def _of_dict(value: Dict[Any, Any], dice: random.Random) -> List[Named]:
    items = list(value.items())
    made: List[Named] = [
        ("empty", {}),
        ("one entry", dict(items[:1])),
        ("reversed", dict(items[::-1])),
        ("subclass", samples.TableKind(items)),
        ("ordered", collections.OrderedDict(items)),
        ("defaulting", collections.defaultdict(int, items)),
        ("equal values", dict.fromkeys(value, items[0][1] if items else 0)),
        ("None values", dict.fromkeys(value)),
        ("number keys", {1: "a", 2.0: "b", False: "c"}),
        ("None key", {None: 1}),
        ("None", None),
        ("pairs", items),
    ]
    return made


def _of_set(value: Any, dice: random.Random) -> List[Named]:
    kind = type(value) if type(value) in (set, frozenset) else set
    items = list(value)
    return [
        ("empty", kind()),
        ("one item", kind(items[:1])),
        ("other kind", frozenset(items) if kind is set else set(items)),
        ("subclass", samples.SetKind(items)),
        ("list", items),
        ("with None", kind([*items, None])),
        ("with nan", kind([*items, float("nan")])),
        ("numbers", kind([0, 1.5, 2])),
        ("None", None),
    ]


def _of_decimal(value: decimal.Decimal, dice: random.Random) -> List[Named]:
    texts = ("0", "-0", "NaN", "Infinity", "1E+3", "1.10", "-1")
    return [(text, decimal.Decimal(text)) for text in texts]


def _of_fraction(value: fractions.Fraction, dice: random.Random) -> List[Named]:
    return [("zero", fractions.Fraction(0)), ("negated", -value), ("third", fractions.Fraction(1, 3))]


def _of_datetime(value: Any, dice: random.Random) -> List[Named]:
    made: List[Named] = [
        ("first day", value.replace(month=1, day=1)),
        ("leap", value.replace(year=2024, month=2, day=29)),
    ]
    if value.year < 9999:
        made.append(("next day", value + datetime.timedelta(days=1)))
    return made


def _of_timedelta(value: datetime.timedelta, dice: random.Random) -> List[Named]:
    return [
        ("zero", datetime.timedelta(0)),
        ("negated", -value if value > datetime.timedelta.min else value),
        ("microsecond", datetime.timedelta(microseconds=1)),
    ]


def _of_complex(value: complex, dice: random.Random) -> List[Named]:
    return [("zero", 0j), ("minus zero", complex(0.0, -0.0)), ("real", abs(value)), ("nan", complex("nan"))]


def _of_none(value: None, dice: random.Random) -> List[Named]:
    return [("zero", 0), ("False", False), ("empty text", ""), ("one", 1), ("empty list", [])]


_MAKERS: List[Tuple[Any, Callable[[Any, random.Random], List[Named]]]] = [
    (bool, _of_bool),
    (int, _of_int),
    (float, _of_float),
    (complex, _of_complex),
    (str, _of_str),
    ((bytes, bytearray), _of_bytes),
    (list, _of_list),
    (tuple, _of_tuple),
    (Stream, _of_stream),
    (dict, _of_dict),
    ((set, frozenset), _of_set),
    (decimal.Decimal, _of_decimal),
    (fractions.Fraction, _of_fraction),
    (datetime.date, _of_datetime),
    (datetime.timedelta, _of_timedelta),
    (type(None), _of_none),
]


def _array_like(value: Any) -> Any:
    """Boundaries of numpy arrays and pandas objects, where the target has loaded them."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.ndarray):
        return _of_array(value, numpy)
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, (pandas.Series, pandas.DataFrame)):
        return [
            ("empty", value.iloc[:0]),
            ("one row", value.iloc[:1]),
            ("reversed", value.iloc[::-1]),
            ("repeated index", pandas.concat([value, value])),
            ("new index", value.reset_index(drop=True)),
            (
                "missing values",
                value.where(value != value.iloc[:1].squeeze()) if value.ndim == 1 else value.shift(1),
            ),
        ]
    return None


def _of_array(value: Any, numpy: Any) -> List[Named]:
    made: List[Named] = [
        ("empty", value[:0]),
        ("one item", value[:1]),
        ("reversed", value[::-1]),
        ("duplicates", numpy.concatenate([value, value]) if value.ndim else value),
        ("zeros", numpy.zeros_like(value)),
        ("list", value.tolist()),
        ("Fortran order", numpy.asfortranarray(value)),
    ]
    if value.dtype.kind in "iuf" and value.size:
        made += [(kind, value.astype(kind)) for kind in ("float32", "int64", "bool") if value.dtype != kind]
    if value.dtype.kind == "f" and value.size:
        holed = value.copy()
        holed.flat[0] = numpy.nan
        made.append(("nan", holed))
    return made
