"""Guessed inputs of a kind that nobody passed, which the interpreter refuses, are left out."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from codeflash_worker import payload
from codeflash_worker.domain import DEEPEST, Domain, kinds
from codeflash_worker.payload import Stream


def trim(entries, *rest, limit=0, **options):
    return entries


class Box:
    def __init__(self, held):
        self.held = held


RECORDED = [([{"memo": "a"}, {"memo": ""}],), ([],)]


def domain(*recorded: tuple[Any, ...]) -> Domain:
    return Domain(trim, [(args, {}) for args in recorded])


@pytest.mark.parametrize(
    "value",
    [[float("nan")], [1], ["text"], None, ({"memo": "a"},), [{"memo": None}], [{1: "a"}], [[{"memo": "a"}]]],
)
def test_another_kind_outside_or_inside_is_foreign(value):
    assert domain(*RECORDED).is_foreign([value], {})


@pytest.mark.parametrize("value", [[], [{}], [{"other": "b"}] * 3, [{"memo": "é" * 99}]])
def test_other_values_of_seen_kinds_are_not(value):
    assert not domain(*RECORDED).is_foreign([value], {})


def test_each_parameter_is_known_by_itself():
    known = Domain(trim, [(([1],), {"limit": 3})])
    assert not known.is_foreign([[2]], {"limit": 4})
    assert known.is_foreign([[2]], {"limit": [4]})
    assert not Domain(trim, [(([1], "a", "b"), {"word": 1})]).is_foreign([[1], "c"], {"more": 2})
    assert Domain(trim, [(([1], "a"), {"word": 1})]).is_foreign([[1], 2], {})


def test_nothing_is_known_of_a_parameter_that_nobody_gave():
    assert not domain(([1],)).is_foreign([[2]], {"limit": "many"})


def test_a_name_given_by_keyword_is_the_one_given_by_place():
    assert Domain(trim, [((), {"entries": [1]})]).is_foreign(["text"], {})


def test_a_generator_and_attributes_of_objects_are_looked_into():
    assert domain((Stream([1]),)).is_foreign([Stream(["a"])], {})
    assert domain((Box([1]),)).is_foreign([Box(["a"])], {})
    assert not domain((Box([1]),)).is_foreign([Box([2, 3])], {})


def test_cycles_come_to_an_end():
    ring: list[Any] = []
    ring.append(ring)
    assert max(map(len, kinds(ring, 10))) <= 2 * DEEPEST + 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4))
def test_what_was_passed_is_never_foreign(values):
    known = domain(*((value,) for value in values))
    assert not any(known.is_foreign([value], {}) for value in values)


MODULE = """
def keys(entries):
    return [list(entry.keys()) for entry in entries]

def lengths(entries):
    return [len(entry) for entry in entries]

def strict(entries):
    for entry in entries:
        if not isinstance(entry, dict):
            raise TypeError("no dictionary")
    return len(entries)
"""


def grown(worker: Any, project: Any, name: str) -> list[Any]:
    started = worker(project({"mod.py": MODULE}))
    target = {"path": "mod.py", "module": "mod", "qualname": name}
    blobs = [payload.dump(([{"memo": "a"}],), {})]
    data, made = started.exchange(
        "grow", blobs, target=target, seed=1, count=80, kinds=["boundary", "mutate"]
    )
    pairs = zip(data["made"], made, strict=True)
    return [(told["outcome"], payload.load_as_kept(blob)[0][0]) for told, blob in pairs]


def is_plain(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


@pytest.mark.slow
def test_inputs_that_the_interpreter_refuses_are_kept_only_where_their_kind_is_known(worker, project):
    made = grown(worker, project, "keys")
    assert made
    assert not [value for outcome, value in made if outcome in ("AttributeError", "TypeError")]


@pytest.mark.slow
def test_foreign_inputs_that_the_original_accepts_stay(worker, project):
    made = grown(worker, project, "lengths")
    assert any(outcome == "ok" and not is_plain(value) for outcome, value in made)


@pytest.mark.slow
def test_foreign_inputs_that_the_function_refuses_by_a_statement_stay(worker, project):
    made = grown(worker, project, "strict")
    assert any(outcome == "TypeError" and not is_plain(value) for outcome, value in made)
