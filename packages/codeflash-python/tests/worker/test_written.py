"""Values as Python source, and descriptions of what is none."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import pathlib
from typing import Any

import pytest

from codeflash_worker import payload, samples
from codeflash_worker.written import LENGTH, Writer, call_text


class Colour(enum.Enum):
    RED = 1


Point = collections.namedtuple("Point", "x y")


class Odd:
    def __init__(self) -> None:
        self.name = "a"
        self.inner = object()


class Broken:
    def __repr__(self) -> str:
        raise ValueError("no")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (True, "True"),
        (-0.0, "-0.0"),
        (float("nan"), "float('nan')"),
        (float("-inf"), "float('-inf')"),
        ("a'b\u00e9", '"a\'b\u00e9"'),
        (b"a", "b'a'"),
        (bytearray(b"a"), "bytearray(b'a')"),
        ([1, (2,), {"a": {3}}], "[1, (2,), {'a': {3}}]"),
        ((), "()"),
        (set(), "set()"),
        (frozenset(), "frozenset()"),
        (frozenset([2, 1]), "frozenset({1, 2})"),
        (range(3), "range(0, 3)"),
        (payload.Stream([1]), "iter([1])"),
        (Point(1, "a"), "Point(x=1, y='a')"),
        (decimal.Decimal("1.5"), "Decimal('1.5')"),
        (datetime.date(2024, 1, 2), "datetime.date(2024, 1, 2)"),
        (pathlib.PurePosixPath("a"), "PurePosixPath('a')"),
        (samples.ListKind([1]), "ListKind([1])"),
        (samples.TextKind("a"), "TextKind('a')"),
        (len, "len"),
        (collections.OrderedDict, "collections.OrderedDict"),
        (Ellipsis, "Ellipsis"),
    ],
    ids=lambda each: each if isinstance(each, str) else type(each).__name__,
)
def test_values_are_written_as_source(value: Any, text: str) -> None:
    writer = Writer()
    assert writer.text(value) == text
    assert (writer.odd, writer.cut) == ([], False)


def test_members_of_enumerations_are_written_by_name() -> None:
    assert Writer().text(Colour.RED) == "Colour.RED"


def test_an_object_of_a_foreign_class_is_described_by_its_type() -> None:
    writer = Writer()
    assert writer.text([Odd()]) == f"[<{__name__}.Odd>]"
    assert writer.odd == [f"{__name__}.Odd"]


def test_an_object_of_the_projects_class_is_described_with_its_attributes() -> None:
    writer = Writer(str(pathlib.Path(__file__).parent))
    assert writer.text(Odd()) == f"<{__name__}.Odd with name='a', inner=<builtins.object>>"
    assert writer.odd == [f"{__name__}.Odd", "builtins.object"]


def test_no_address_is_shown() -> None:
    for value in (object(), Odd(), lambda: 1, iter([1]), [Odd()], {"a": object()}):
        assert "0x" not in Writer().text(value)


def test_a_representation_that_fails_does_no_harm() -> None:
    writer = Writer()
    assert writer.text(Broken()) == f"<{__name__}.Broken>"
    assert writer.odd


def test_what_is_long_deep_or_cyclic_is_cut_and_said_so() -> None:
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    deep: list[Any] = []
    for _ in range(200):
        deep = [deep]
    for value in (cyclic, deep, list(range(99)), dict.fromkeys(range(99)), "y" * 999, 10**5000):
        writer = Writer()
        assert "..." in writer.text(value)
        assert writer.cut
    writer = Writer()
    assert len(call_text("f", ["y" * 299] * 9, {"k": 1}, writer)) == LENGTH
    assert writer.cut


def test_one_object_twice_is_no_cycle() -> None:
    shared = [1]
    writer = Writer()
    assert writer.text([shared, shared]) == "[[1], [1]]"
    assert not writer.cut


def test_a_program_that_reads_it_is_written_more() -> None:
    numbers = list(range(100))
    short, long = Writer(), Writer(times=20)
    assert "100 in all" in short.text(numbers)
    assert call_text("f", [numbers], {}, long) == f"f({numbers})"
    assert (short.cut, long.cut) == (True, False)
