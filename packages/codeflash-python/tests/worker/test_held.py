"""Things that do not hash in what objects hold."""

from __future__ import annotations

from typing import Any

from codeflash_worker.held import unhashable_inside


class Line:
    def __init__(self, name, price: int) -> None:  # type: ignore[no-untyped-def]
        self.name = name
        self.price = price


class Basket:
    def __init__(self, lines: Any) -> None:
        self.lines = lines
        self.label = "a"


def changed(make: Any) -> dict[str, Any]:
    found = {}
    for label, change in unhashable_inside(make()):
        found[label] = make()
        change(found[label])
    return found


def test_attributes_of_items_become_lists_two_of_them_alike():
    made = changed(lambda: [Line(name, 1) for name in "abcd"])
    assert list(made) == ["items with unhashable name"]
    assert [line.name for line in made["items with unhashable name"]] == [[0], [1], [0], "d"]


def test_what_a_class_declares_is_respected():
    assert "items with unhashable price" not in changed(lambda: [Line("a", 1)])


def test_a_receivers_lists_and_attributes_are_changed():
    made = changed(lambda: Basket(["x"]))
    assert made["lines with unhashable items"].lines == ["x", [1], [2], [1]]
    assert made["unhashable label"].label == [1]
    inner = changed(lambda: Basket([Line("a", 1)]))
    assert inner["lines with unhashable name"].lines[0].name == [0]


def test_plain_values_have_nothing_inside():
    assert unhashable_inside([1]) == unhashable_inside("a") == unhashable_inside({"a": 1}) == []
