"""Simpler versions of an input, directly and through a worker process."""

from __future__ import annotations

import collections
from typing import Any

import pytest

from codeflash_worker import payload, samples, shrink

MODULE = """
class Pair:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def joined(self, by=""):
        return self.left + by + self.right

def count(items, n=1):
    return len(items) * n
"""


@pytest.mark.parametrize(
    "value",
    [
        7,
        -7,
        10**30,
        2.5,
        -1.0,
        "h\u00e9llo",
        b"abc",
        [1, [2, 3]],
        (1, "a"),
        {"a": 1, "b": [2]},
        {1, 2, 3},
        True,
    ],
)
def test_proposals_are_other_values_and_come_to_an_end(value: Any) -> None:
    made = list(shrink.simpler(value))
    assert made
    assert all(repr(each) != repr(value) for each in made)
    assert len(made) < 1000


@pytest.mark.parametrize("value", [0, 0.0, "", b"", [], (), {}, set(), False, None, float("nan"), object()])
def test_the_simplest_values_have_no_simpler_ones(value: Any) -> None:
    assert list(shrink.simpler(value)) == []


def test_values_are_not_changed_in_place() -> None:
    value = {"a": [1, 2, [3]], "b": (4, {"c": 5})}
    before = repr(value)
    list(shrink.simpler(value))
    assert repr(value) == before


def test_special_kinds_become_plain_ones_first() -> None:
    assert type(next(shrink.simpler(samples.ListKind([1])))) is list
    assert type(next(shrink.simpler(samples.TextKind("a")))) is str
    assert type(next(shrink.simpler(collections.OrderedDict(a=1)))) is dict
    assert type(next(shrink.simpler(payload.Stream([1])))) is list


def test_named_tuples_keep_their_width() -> None:
    point = collections.namedtuple("point", "x y")(3, "ab")
    made = list(shrink.simpler(point))
    assert made
    assert all(type(each) is type(point) for each in made)


def test_greedy_descent_finds_the_smallest_failing_list() -> None:
    value = [5, 3, 8, 3, 1, 9, 12, 8]

    def fails(items: list[int]) -> bool:
        return len(items) != len(set(items))

    while (step := next((each for each in shrink.simpler(value) if fails(each)), None)) is not None:
        value = step
    assert len(value) == 2


def test_deep_values_are_answered() -> None:
    value: list[Any] = []
    for _ in range(200):
        value = [value]
    assert len(list(shrink.simpler(value))) > 0


TARGET = {"path": "mod.py", "module": "mod", "qualname": "count"}


def test_a_worker_proposes_payloads_that_load_and_differ(worker: Any, project: Any) -> None:
    started = worker(project({"mod.py": MODULE}))
    blob = payload.dump((["a", "b", "c"],), {"n": 5})
    data, blobs = started.exchange("shrink", [blob], target=TARGET, limit=30)
    assert 0 < len(blobs) <= 30
    assert len(data["sizes"]) == len(blobs) == len(set(blobs))
    assert blob not in blobs
    calls = [payload.load(each) for each in blobs]
    assert (([],), {"n": 5}) in calls
    assert ((["a", "b", "c"],), {}) in calls
    assert ((["a", "b", "c"],), {"n": 0}) in calls


def test_the_limit_holds(worker: Any, project: Any) -> None:
    started = worker(project({"mod.py": MODULE}))
    _, blobs = started.exchange("shrink", [payload.dump((list(range(50)),), {})], target=TARGET, limit=3)
    assert len(blobs) == 3


def test_one_payload_that_loads_is_asked_for(worker: Any, project: Any, failed: Any) -> None:
    started = worker(project({"mod.py": MODULE}))
    for blobs in ([], [b"junk"], [payload.dump((1,), {})] * 2):
        with pytest.raises(failed) as error:
            started.exchange("shrink", blobs, target=TARGET)
        assert error.value.kind == "payload"


def test_it_answers_on_every_interpreter_we_serve(worker: Any, project: Any, any_python: str) -> None:
    started = worker(project({"mod.py": MODULE}), python=any_python)
    _, blobs = started.exchange("shrink", [payload.dump(([1, 2],), {})], target=TARGET)
    assert blobs
