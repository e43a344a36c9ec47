"""Calls that are made again after something that they read was changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codeflash_worker import payload

OTHER = """
level = 3
RATES = {"a": 1}
FIXED = {"a": 1}
def set_rate(name, rate): RATES[name] = rate
"""
MODULE = """
import os
import other
from other import RATES, FIXED
class Line:
    def __init__(self, price): self.price = price
class Basket:
    def __init__(self, lines):
        self.lines = lines
        self._hidden = 1
    def cost(self): return sum(line.price for line in self.lines) * self._hidden
def rate(name): return helper(name)
def helper(name): return RATES.get(name)
def fixed(name): return FIXED.get(name)
def level(x): return other.level * x
def total(items): return sum(items)
def word(x): return os.environ.get("MY_WORD")
def each(names, rates):
    for name in names: yield rates[name]
def plain(x): return x + 1
_KEPT = {}
def stale(name):
    if name not in _KEPT: _KEPT[name] = RATES.get(name)
    return _KEPT[name]
"""


@pytest.fixture
def stir(worker: Callable[..., Any], project: Callable[..., Path], any_python: str) -> Callable[..., Any]:
    started = worker(project({"m.py": MODULE, "other.py": OTHER}), python=any_python)

    def ask(qualname: str, *inputs: Any, **fields: Any) -> Any:
        blobs = [payload.dump(args, {}) for args in inputs]
        target = {"path": "m.py", "module": "m", "qualname": qualname}
        return started.ask("stir", blobs, target=target, seed=3, **fields)

    return ask


def names(answer: Any) -> list[str]:
    return [f"{step['kind']} {step['name']}".strip() for step in answer["steps"] if step["mode"] != "size"]


def results(answer: Any, number: int = 0) -> list[str]:
    return [call["facets"]["result"] for call in answer["calls"] if call["step"] == number]


def test_data_that_another_module_changes_are_changed_between_two_calls(stir: Any):
    answer = stir("rate", ("a",))
    assert names(answer) == ["data RATES"]
    assert len(set(results(answer))) == 2


def test_a_kept_answer_does_not_follow_the_change(stir: Any):
    assert len(set(results(stir("stale", ("a",))))) == 1


def test_constants_that_nobody_changes_stay_as_they_are(stir: Any):
    assert names(stir("fixed", ("a",), bold=True)) == []


def test_other_data_are_changed_where_the_candidate_keeps_state(stir: Any):
    assert names(stir("level", (2,))) == []
    answer = stir("level", (2,), bold=True)
    assert names(answer) == ["data level"]
    assert len(set(results(answer))) == 2


def test_what_the_arguments_hold_is_changed(stir: Any):
    answer = stir("total", ([1, 2],))
    assert [step["kind"] for step in answer["steps"]] == ["argument", "argument"]
    assert len(set(results(answer))) == 2


def test_variables_of_the_environment_are_changed(stir: Any):
    answer = stir("word", (1,))
    assert names(answer) == ["variable MY_WORD"]
    assert len(set(results(answer))) == 2


def test_a_generator_is_changed_under_way(stir: Any):
    answer = stir("each", (["a", "a"], {"a": 1}), graphs=[0, 1, 2, 3, 4, 5, 6, 7, 8])
    under_way = [number for number, step in enumerate(answer["steps"]) if step["when"] == "items"]
    (call,) = [call for call in answer["calls"] if call["step"] == under_way[-1]]
    assert call["full"]["nodes"][call["full"]["result"][1]][2] == [1, 2]


def test_what_reads_nothing_has_nothing_to_change(stir: Any):
    answer = stir("plain", (1,), bold=True)
    assert (answer["steps"], answer["calls"]) == ([], [])


def test_each_change_is_taken_back(stir: Any):
    answer = stir("rate", ("a",), ("a",))
    firsts = {results(answer, number)[0] for number in range(len(answer["steps"]))}
    assert len(firsts) == 1
