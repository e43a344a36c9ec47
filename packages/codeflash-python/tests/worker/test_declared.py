"""Inputs that break what a function declares are left out."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Union

import pytest

from codeflash_worker.declared import Declared, keeps_to
from codeflash_worker.payload import Stream


class Name(str):
    pass


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (1, int),
        (True, int),
        (1, float),
        (Name("a"), str),
        (collections.OrderedDict(), dict),
        ([1, 2.5], list[float]),
        ({"a": [1]}, dict[str, list[int]]),
        (None, int | None),
        (None, Union[int, None]),  # noqa: UP007
        (None, None),
        ([object()], list[Any]),
        (Stream([1]), Iterable[int]),
        ("text", Sequence),
        (Stream([1]), object),
        (3, "unresolved"),
        (3, Any),
    ],
)
def test_a_value_keeps_to_its_type(value, hint):
    assert keeps_to(value, hint)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (1.0, int),
        ("1", float),
        (b"a", str),
        (None, str),
        (Stream([1.0]), list[float]),
        ((1.0,), list[float]),
        ([1.0, None], list[float]),
        ({"a": "b"}, dict[str, int]),
        ({1: 1}, dict[str, int]),
        ({"a"}, frozenset[str]),
        ("a", int | None),
        (Stream([1]), Sequence[int]),
        ([1], Mapping),
        (0, None),
    ],
)
def test_a_value_breaks_its_type(value, hint):
    assert not keeps_to(value, hint)


def add(values: list[float], start: float = 0.0, *, name: str = "") -> float:
    return sum(values, start)


def loose(values, start=0):
    return sum(values, start)


def wrong(values: NoSuchType) -> float:  # noqa: F821
    return sum(values)


def test_arguments_are_held_against_their_parameters_by_place_and_name():
    declared = Declared(add, [])
    assert not declared.broken_by(([1.0], 2), {"name": "a"})
    assert declared.broken_by(([1.0], "2"), {})
    assert declared.broken_by(([1.0],), {"start": None})
    assert declared.broken_by(([],), {"name": b"a"})


def test_a_declaration_that_recorded_calls_break_is_not_believed():
    declared = Declared(add, [(((1.0, 2.0),), {})])
    assert not declared.broken_by((Stream([1.0]),), {})
    assert declared.broken_by(((1.0,), "2"), {})


@pytest.mark.parametrize("function", [loose, wrong, len, print])
def test_without_declared_types_nothing_is_broken(function):
    assert not Declared(function, []).broken_by((None, b""), {})
