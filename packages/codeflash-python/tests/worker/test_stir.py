"""Gentle changes of values, and their way back."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from codeflash_worker.stir import Stirring


class Row:
    def __init__(self, cell: Any) -> None:
        self.cell = cell


def stirring(mode: str) -> Stirring:
    return Stirring(mode, lambda kind: kind is Row)


@pytest.mark.parametrize(
    ("value", "other"),
    [(True, False), (3, 4), (1.5, 2.5), ("a", "ax"), (b"a", b"ax"), ((1, "a"), (2, "ax")), (None, None)],
)
def test_a_value_becomes_another_of_its_type(value: object, other: object):
    assert stirring("values").put(value) == other


@pytest.mark.parametrize("mode", ["values", "size", "inside"])
@pytest.mark.parametrize("value", [[1, [2]], {"a": [1], "b": {"c": 2}}, {1, 2}, [], {}, set()])
def test_a_container_is_changed_in_place_and_gets_its_contents_back(mode: str, value: Any):
    before = copy.deepcopy(value)
    change = stirring(mode)
    assert change.put(value) is value
    assert (value == before) != bool(change.undo)
    change.back()
    assert value == before
    assert list(value) == list(before)


def test_nobody_who_goes_through_a_list_meets_other_elements():
    row, items = Row(1), [1, {"a": 1}]
    items.append(row)  # type: ignore[arg-type]
    stirring("inside").put(items)
    assert items == [1, {"a": 2}, row]
    assert row.cell == 2


def test_a_container_loses_its_first_element():
    items = [1, 2, 3]
    stirring("size").put(items)
    assert items == [2, 3]


def test_objects_of_others_are_left_alone():
    error = ValueError("a")
    change = stirring("values")
    change.put([error])
    assert change.undo == []


def test_a_value_that_holds_itself_is_changed_once():
    items: list[Any] = [1]
    items.append(items)
    change = stirring("values")
    change.put(items)
    assert items[0] == 2
    change.back()
    assert items[0] == 1
