"""Growing and shrinking inputs, through a real worker process."""

from __future__ import annotations

import hashlib
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from codeflash_worker import payload, typed
from codeflash_worker.boundary import boundaries

MODULE = """
from dataclasses import dataclass

def uniq(items):
    kept = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept

def count(text, n=1, *, strict=False):
    return text.count("a") * n

def spin(n):
    while n > 1000:
        pass
    return n

def crash(n):
    if n > 1000:
        import os
        os._exit(3)
    return n

def picky(value):
    return value.imaginary_attribute

def typed(numbers: list[int], flag: bool) -> int:
    return sum(numbers) if flag else 0

def numeric(limit):
    return list(range(min(limit, 10**6)))

def reading(stream):
    return sum(1 for _ in stream)

@dataclass
class Point:
    x: int
    y: int

    def shifted(self, by):
        return Point(self.x + by, self.y + by)
"""
VENDOR = str(Path(hypothesis.__file__).parent.parent)


def ask(
    worker: Any, op: str, qualname: str, *calls: Any, **fields: Any
) -> tuple[dict[str, Any], list[bytes]]:
    blobs = [payload.dump(args, kwargs) for args, kwargs in calls]
    inputs = [{"id": hashlib.sha256(blob).hexdigest(), "count": 1} for blob in blobs]
    target = {"path": "mod.py", "module": "mod", "qualname": qualname}
    answer: tuple[dict[str, Any], list[bytes]] = worker.exchange(
        op, blobs, target=target, inputs=inputs, **{"seed": 1, "count": 60, **fields}
    )
    return answer


@pytest.fixture
def started(worker: Any, project: Any) -> Any:
    """A worker with the module and Hypothesis on its path."""
    return worker(project({"mod.py": MODULE}), vendor=VENDOR)


def grow(started: Any, qualname: str, *calls: Any, **fields: Any) -> tuple[list[dict[str, Any]], list[Any]]:
    data, blobs = ask(started, "grow", qualname, *calls, **fields)
    assert len(data["made"]) == len(blobs)
    return data["made"], [payload.load_as_kept(blob) for blob in blobs]


SEEN = (([3, 1, 2, 3],), {}), ((["b", "a"],), {})


def test_grown_inputs_are_new_different_and_of_every_kind(started: Any) -> None:
    data, blobs = ask(started, "grow", "uniq", *SEEN, count=100)
    assert len(set(blobs)) == len(blobs) >= 90
    assert not {payload.dump(*each) for each in SEEN} & set(blobs)
    kinds = Counter(each["kind"] for each in data["made"])
    assert set(kinds) == {"boundary", "typed", "mutate", "cross", "scale"} - ({"cross"} - set(kinds))
    assert {each["grade"] for each in data["made"]} <= {"typed", "guessed"}


def test_the_same_seed_gives_the_same_inputs_and_another_seed_others(started: Any) -> None:
    first = ask(started, "grow", "uniq", *SEEN)
    assert ask(started, "grow", "uniq", *SEEN)[1] == first[1]
    assert ask(started, "grow", "uniq", *SEEN, seed=2)[1] != first[1]


def test_boundaries_of_a_list_are_among_the_first(started: Any) -> None:
    _, calls = grow(started, "uniq", *SEEN, count=80, kinds=["boundary"])
    values = [args[0] for args, _ in calls]
    assert [] in values
    assert any(isinstance(each, payload.Stream) for each in values)
    assert any(type(each) is tuple for each in values)
    assert any(type(each).__name__ == "ListKind" for each in values)
    assert any(isinstance(each, list) and each[-3:] == [1, True, 1.0] for each in values)
    assert any(isinstance(each, list) and any(item != item for item in each) for each in values)


def test_options_that_no_call_gave_are_tried_by_name(started: Any) -> None:
    _, calls = grow(started, "count", (("banana",), {}), kinds=["boundary"])
    assert any("n" in kwargs for _, kwargs in calls)
    assert any("strict" in kwargs for _, kwargs in calls)


def test_inputs_on_which_the_original_does_not_end_are_left_out(started: Any) -> None:
    data, blobs = ask(started, "grow", "spin", ((5,), {}), kinds=["boundary"], call_wall=0.1)
    assert blobs
    values = [payload.load(blob)[0][0] for blob in blobs]
    assert all(value <= 1000 for value in values if isinstance(value, (int, float)))
    assert any("hangs" in note for note in data["notes"])


def test_inputs_that_kill_the_interpreter_are_left_out(started: Any) -> None:
    data, blobs = ask(started, "grow", "crash", ((5,), {}), kinds=["boundary"])
    assert blobs
    assert any("crashes" in note for note in data["notes"])


def test_refused_types_make_up_a_quarter_at_most(started: Any) -> None:
    made, _ = grow(started, "picky", ((5,), {}), (("a",), {}), count=40)
    assert 0 < len(made) <= 0.25 * 42


def test_annotations_give_inputs_of_the_better_grade(started: Any) -> None:
    made, calls = grow(started, "typed", kinds=["typed"], count=20)
    assert len(made) > 5
    assert {each["grade"] for each in made} == {"typed"}
    assert all(type(args[0]) is list and type(args[1]) is bool for args, _ in calls)


def test_a_target_without_hypothesis_still_grows_and_says_so(
    worker: Any, project: Any, any_python: str
) -> None:
    if any_python == sys.executable:
        pytest.skip("this interpreter has Hypothesis")
    bare = worker(project({"mod.py": MODULE.replace("list[int]", "list")}), python=any_python)
    data, blobs = ask(bare, "grow", "uniq", *SEEN)
    assert len(blobs) > 40
    assert any("hypothesis is missing" in note for note in data["notes"])


def test_receivers_keep_their_class_and_change_inside(started: Any, monkeypatch: Any, tmp_path: Path) -> None:
    (tmp_path / "mod.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    import importlib

    module = importlib.import_module("mod")
    try:
        made, calls = grow(started, "Point.shifted", ((module.Point(1, 2), 3), {}), count=60)
        assert all(type(args[0]) is module.Point for args, _ in calls)
        assert any((args[0].x, args[0].y) != (1, 2) for args, _ in calls)
        assert any(each["kind"] == "mutate" for each in made)
    finally:
        sys.modules.pop("mod", None)


def test_unseen_inputs_keep_shape_and_equalities(started: Any) -> None:
    made, calls = grow(started, "uniq", (([301, 155, 301, 999],), {}), kinds=["unseen"], count=20)
    assert len(made) == 20
    for (items,), _ in calls:
        assert len(items) == 4
        assert items[0] == items[2] != items[1]
        assert all(100 <= item <= 999 for item in items)
    assert {each["outcome"] for each in made} == {"ok"}


def test_unseen_inputs_that_cannot_be_made_are_said_to_be_missing(started: Any) -> None:
    data, blobs = ask(started, "grow", "uniq", (([],), {}), kinds=["unseen"], count=5)
    assert blobs == []
    assert data["notes"] == ["0 unseen inputs found of 5 wanted"]


@pytest.mark.parametrize(
    ("qualname", "call"),
    [
        ("uniq", (([1, 2, 3, 4],), {})),
        ("numeric", ((40,), {})),
        ("reading", ((payload.Stream([1, 2, 3, 4]),), {})),
    ],
)
def test_a_family_of_sizes_grows_geometrically(started: Any, qualname: str, call: Any) -> None:
    data, _ = ask(started, "grow", qualname, call, kinds=["growth"], longest=5.0)
    sizes = [each["size"] for each in data["made"]]
    assert sizes == sorted(set(sizes))
    assert len(sizes) >= 5
    assert sizes[-1] >= 16 * sizes[0]


def test_recorded_payloads_that_do_not_load_are_counted(started: Any, failed: Any) -> None:
    target = {"path": "mod.py", "module": "mod", "qualname": "uniq"}
    good = payload.dump(([1],), {})
    data, _ = started.exchange("grow", [b"junk", good], target=target, count=10, kinds=["boundary"])
    assert "1 recorded inputs do not load again" in data["notes"]
    with pytest.raises(failed, match="none of 1 recorded"):
        started.exchange("grow", [b"junk"], target=target, count=10)


@pytest.mark.parametrize("value", [[["a", 1], ["b", 2]], [{"a": 1}], [[[1]], {"a": [2]}]])
def test_parts_of_items_become_other_kinds_of_things(value: Any) -> None:
    before = repr(value)
    made = {label: each for label, each in boundaries(value, random.Random(1)) if label.startswith("inside")}
    assert {"inside: object", "inside: mapping", "inside: tuple", "inside: list", "inside: None"} == set(made)
    for each in made.values():
        assert len(each) == len(value)
        assert sum(one != other for one, other in zip(each, value, strict=True)) == 1
    assert repr(value) == before


@pytest.mark.parametrize("value", [[], [1, "a"], [[], {}], [(1, 2)]])
def test_lists_of_plain_items_have_no_parts_to_change(value: Any) -> None:
    assert not [label for label, _ in boundaries(value, random.Random(1)) if label.startswith("inside")]


def test_texts_are_made_without_asking_a_codec_for_every_character(monkeypatch):
    def refused(codec: str) -> None:
        raise AssertionError(f"each character was tried with {codec}")

    monkeypatch.setattr("hypothesis.internal.charmap.intervals_from_codec", refused)

    def annotated(names: list[str]) -> int:
        return len(names)

    def plain(names):
        return len(names)

    for function, kept in ((annotated, []), (plain, [((["ä", "b"],), {})])):
        made, note = typed.make(function, kept, 20, 0, skip_first=False)
        assert note == ""
        texts = [text for _, (arguments, _) in made for text in arguments[0]]
        assert any(ord(character) > 127 for text in texts for character in text)
        assert not any("\ud800" <= character <= "\udfff" for text in texts for character in text)
