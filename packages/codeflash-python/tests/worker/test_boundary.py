"""Boundary inputs that stand in a relation to others: ties, elements, odd letters and odd streams."""

from __future__ import annotations

import importlib
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from codeflash_worker import letters, payload, variants
from codeflash_worker.variants import Kept

MODULE = """
from dataclasses import dataclass, field

@dataclass
class Bag:
    name: str
    words: list = field(default_factory=list)

def plain(*args, **kwargs):
    return None
"""


def first_of(count: int, *calls: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The first boundary inputs of a function, as they load."""
    kept = [Kept(str(number), payload.dump(args, {}), 1) for number, args in enumerate(calls)]
    made = list(variants.at_boundaries(kept, lambda *args: None, 0, random.Random(1)))[:count]
    return [payload.load_as_kept(payload.dump(*variants.arguments(each), verify=False))[0] for each in made]


@pytest.fixture
def bag(monkeypatch: Any, tmp_path: Path) -> Any:
    (tmp_path / "bagmod.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("bagmod").Bag
    sys.modules.pop("bagmod", None)


def test_case_and_space_variants_stand_beside_texts() -> None:
    found = [args[0] for args in first_of(40, (["Food", "tea"],))]
    assert any(
        isinstance(each, list) and {"Food", "food", "FOOD", "Food ", " Food"} <= {*map(str, each)}
        for each in found
    )


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"a": ["Food"]}, lambda value: value["a"]),
        ([["Food", "tea"]], lambda value: value[0]),
        ([("Food", 1)], lambda value: [name for name, _ in value]),
        ([{"name": "Food", "n": 1}], lambda value: [each["name"] for each in value]),
        ({"Food": 1}, list),
        ({"Food"}, list),
    ],
)
def test_nested_texts_get_variants(value: Any, read: Any) -> None:
    assert any(_reads(read, args[0]) >= {"Food", "food", "FOOD"} for args in first_of(40, (value,)))


def _reads(read: Any, value: Any) -> set[Any]:
    try:
        return set(read(value))
    except (TypeError, KeyError, IndexError, ValueError):
        return set()


def test_texts_of_dataclasses_get_variants(bag: Any) -> None:
    found = [args[0] for args in first_of(40, ([bag("Food", ["Tea"])],))]
    names = [
        {each.name for each in bags}
        for bags in found
        if type(bags) is list and bags and all(type(each) is bag for each in bags)
    ]
    assert any({"Food", "food", "FOOD"} <= each for each in names)
    held = [args[0].words for args in first_of(40, (bag("Food", ["Tea"]),)) if type(args[0]) is bag]
    assert any({"Tea", "tea", "TEA"} <= set(each) for each in held)


def test_an_argument_is_an_element_of_another() -> None:
    found = first_of(40, (["a", "b"], "wanted text"))
    lists = [(items, wanted) for items, wanted in found if isinstance(items, list)]
    assert any(wanted == "wanted text" and any(each is wanted for each in items) for items, wanted in lists)
    assert any(wanted != wanted and any(each is wanted for each in items) for items, wanted in lists)
    assert all(type(wanted) is not float or type(wanted).__name__ == "float" for _, wanted in lists)


def test_texts_and_dictionaries_are_searched_where_a_list_was() -> None:
    found = first_of(40, (["a", "b"], "c"))
    texts = {(where, wanted) for where, wanted in found if isinstance(where, str) and isinstance(wanted, str)}
    assert {("abcd", "bc"), ("abcd", "")} <= texts
    assert any(
        isinstance(where, dict) and wanted in where for where, wanted in found if isinstance(wanted, str)
    )


@pytest.mark.parametrize("text", letters.ODD)
def test_odd_letters_stand_alone_and_at_each_place(text: str) -> None:
    found = [args[0] for args in first_of(40, ("someName",)) if isinstance(args[0], str)]
    assert text in found
    assert text + "someName" in found
    assert any(" " + text + "someName" in each or each.startswith(text + "someName ") for each in found)
    assert any(text + "SomeName" in each for each in found)


def test_each_recorded_shape_of_a_text_gets_odd_letters() -> None:
    seen = ("someName", "other_name", "word", "Two Words")
    found = [args[0] for args in first_of(40, *((each,) for each in seen)) if isinstance(args[0], str)]
    for each in seen:
        assert any(
            each in made and made != each and any(odd in made for odd in letters.ODD) for made in found
        )


@pytest.mark.parametrize("value", [[3, 1], (3, 1), {3, 1}, payload.Stream([3, 1])])
def test_one_shot_iterators_over_things_that_do_not_hash(value: Any) -> None:
    streams = [args[0].items for args in first_of(10, (value,)) if isinstance(args[0], payload.Stream)]
    assert [[1], [2], [1]] in streams
    assert any(each[:2] in ([3, 1], [1, 3]) and each[2:] == [[1], [2], [1]] for each in streams)


def test_items_come_as_instances_of_subclasses() -> None:
    found = [args[0] for args in first_of(60, (["a", "b"],))]
    assert any(
        isinstance(each, list) and each == ["a", "b"] and all(type(item) is not str for item in each)
        for each in found
    )
