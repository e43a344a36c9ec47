"""Timing blocks, through a real worker process. Nothing here depends on how fast anything is."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from codeflash_worker import payload

MODULE = '''
import functools
import random
from time import time

LIMIT = 3

def slow(items, *, start=0):
    """Sum."""
    total = start
    for item in items:
        total += item
    return total

def noisy(n):
    print("x" * n)
    return n

def helper(n):
    return n + 1

def through(n):
    return helper(n)

def lazy(n):
    for i in range(n):
        yield i

async def awaiting(n):
    return n * 2

async def streaming(n):
    for i in range(n):
        yield i

def raising(n):
    raise ValueError(n)

def draining(stream):
    return list(stream)

@functools.lru_cache(maxsize=None)
def cached(n):
    return sum(range(n))

def changing(items):
    items.append(1)
    return len(items)

def stamped(n):
    return (n, time(), random.random())

def writes(n):
    global LIMIT
    LIMIT = n
    return n

def fact(n):
    return 1 if n < 2 else n * fact(n - 1)

class Box:
    scale = 2

    def __init__(self, value=1):
        self.value = value

    def area(self, n):
        return self.value * n * self.scale

    def again(self, n):
        return 0 if n < 1 else self.again(n - 1)

    @classmethod
    def make(cls, n):
        return cls(n).value

    @staticmethod
    def twice(n):
        return 2 * n

    @property
    def half(self):
        return self.value / 2

    @functools.lru_cache(maxsize=None)
    def kept(self, n):
        return n

class Child(Box):
    def grown(self, n):
        return super().area(n) + self.__secret(n)

    def __secret(self, n):
        return n
'''


def block(worker: Any, qualname: str, *calls: Any, shared: bool = True, **fields: Any) -> dict[str, Any]:
    blobs = [payload.dump(args, kwargs) for args, kwargs in calls]
    inputs = [{"id": f"input{number}", "shared": shared} for number in range(len(blobs))]
    target = {"path": "mod.py", "module": "mod", "qualname": qualname}
    budgets = {"quads": 4, "timing_ns": 4e6, **fields}
    answer: dict[str, Any] = worker.ask("block", blobs, fork=True, target=target, inputs=inputs, **budgets)
    return answer


@pytest.fixture
def timed(worker: Any, project: Any) -> Any:
    """Times a target of the module in a worker of the running interpreter."""
    started = worker(project({"mod.py": MODULE}))
    return lambda qualname, *calls, **fields: block(started, qualname, *calls, **fields)


def samples_of(answer: dict[str, Any]) -> list[float]:
    names = ("a_cpu", "b_cpu", "a_wall", "b_wall", "cpu", "wall")
    return [each for one in answer["inputs"] for name in names for each in one.get(name, [])]


def test_both_sides_get_as_many_samples_on_both_clocks(timed: Any) -> None:
    answer = timed("slow", (([1, 2, 3],), {}), (([4],), {"start": 5}))
    assert [one["id"] for one in answer["inputs"]] == ["input0", "input1"]
    for one in answer["inputs"]:
        assert {len(one[name]) for name in ("a_cpu", "b_cpu", "a_wall", "b_wall")} == {8}
    assert all(math.isfinite(each) and each >= 0 for each in samples_of(answer))
    assert answer["differing"] == []
    assert answer["threads"] == 1


def test_without_a_candidate_the_baseline_runs_against_itself(timed: Any) -> None:
    answer = timed("slow", (([1],), {}))
    assert answer["code"][0] == answer["code"][1] == answer["proof"]["code"]


def test_the_candidates_code_is_named_and_is_another(timed: Any) -> None:
    text = MODULE.replace("return n + 1", "return 1 + n")
    answer = timed("helper", ((1,), {}), text=text)
    assert answer["code"][0] == answer["proof"]["code"] != answer["code"][1]
    assert answer["differing"] == []


def test_a_candidate_with_another_result_is_named(timed: Any) -> None:
    answer = timed("helper", ((1,), {}), ((-1,), {}), text=MODULE.replace("return n + 1", "return n or 0"))
    assert answer["differing"] == ["input0", "input1"]


def test_a_changed_helper_is_used_by_the_candidate_only(timed: Any) -> None:
    answer = timed("through", ((1,), {}), text=MODULE.replace("return n + 1", "return n + 2"))
    assert answer["differing"] == ["input0"]


def test_an_unchanged_function_between_leads_to_the_changed_one(timed: Any) -> None:
    text = MODULE.replace("return n + 1", "return n + 2").replace("return n * 2", "return through(n)")
    answer = timed("awaiting", ((1,), {}), text=text)
    assert answer["differing"] == ["input0"]
    text = text.replace("return n + 2", "return n + 1")
    assert timed("awaiting", ((1,), {}), text=text)["differing"] == []


def test_new_private_names_and_imports_come_along(timed: Any) -> None:
    text = "import operator as _op\n_ONE = 1\ndef _add(a, b):\n    return _op.add(a, b)\n" + MODULE
    answer = timed("helper", ((1,), {}), text=text.replace("return n + 1", "return _add(n, _ONE)"))
    assert answer["differing"] == []


@pytest.mark.parametrize(
    ("qualname", "args", "old", "new"),
    [
        ("Box.twice", (3,), "return 2 * n", "return n + n"),
        ("fact", (5,), "1 if n < 2 else n * fact(n - 1)", "1 if n <= 1 else fact(n - 1) * n"),
        ("lazy", (50,), "yield i", "yield i + 0"),
        ("streaming", (5,), "        yield i\n\ndef raising", "        yield i + 0\n\ndef raising"),
        ("awaiting", (5,), "return n * 2", "return n + n"),
        ("raising", (5,), "raise ValueError(n)", "raise ValueError(n + 0)"),
        ("cached", (50,), "sum(range(n))", "n * (n - 1) // 2"),
        ("noisy", (5,), "return n\n\ndef helper", "return n + 0\n\ndef helper"),
    ],
)
def test_every_kind_of_function_is_timed_with_its_candidate(
    timed: Any, qualname: str, args: tuple[Any, ...], old: str, new: str
) -> None:
    assert old in MODULE
    answer = timed(qualname, (args, {}), text=MODULE.replace(old, new))
    assert answer["differing"] == []
    assert answer["code"][0] != answer["code"][1]


@pytest.fixture
def boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module with its classes, importable here, so that receivers can be kept."""
    import importlib
    import sys

    folder = tmp_path / "importable"
    folder.mkdir()
    (folder / "mod.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "mod", raising=False)
    module = importlib.import_module("mod")
    yield module
    sys.modules.pop("mod", None)


def test_methods_keep_super_mangled_names_and_their_class(timed: Any, boxes: Any) -> None:
    old = "return self.value * n * self.scale"
    answer = timed(
        "Box.area", ((boxes.Box(3), 2), {}), text=MODULE.replace(old, "return n * self.scale * self.value")
    )
    assert answer["differing"] == []
    with_secret = MODULE.replace("class Child(Box):", "class Other(Box):\n    pass\n\nclass Child(Box):")
    assert timed("Box.half", ((boxes.Box(3),), {}), text=with_secret)["differing"] == []
    answer = timed(
        "Box.make", ((boxes.Box, 3), {}), text=MODULE.replace("cls(n).value", "cls(value=n).value")
    )
    assert answer["differing"] == []
    text = MODULE.replace("super().area(n) + self.__secret(n)", "self.__secret(n) + super().area(n)")
    answer = timed("Child.grown", ((boxes.Child(3), 2), {}), text=text)
    assert answer["differing"] == []
    assert answer["code"][0] != answer["code"][1]


@pytest.mark.parametrize(
    ("qualname", "call", "text", "why"),
    [
        ("helper", ((1,), {}), MODULE.replace("LIMIT = 3", "LIMIT = 4"), "LIMIT"),
        ("helper", ((1,), {}), MODULE.replace("scale = 2", "scale = 3"), "class Box"),
        ("writes", ((1,), {}), MODULE, "LIMIT"),
        ("helper", ((1,), {}), MODULE + "\nif True:\n    X = 1\n", "statement"),
        ("helper", ((1,), {}), MODULE.replace("def helper", "@print\ndef helper"), "decorator"),
    ],
)
def test_what_a_copy_cannot_follow_is_refused(
    timed: Any, failed: Any, qualname: str, call: Any, text: str, why: str
) -> None:
    with pytest.raises(failed) as error:
        timed(qualname, call, text=text)
    assert error.value.kind == "unpaired"
    assert why in str(error.value)


def test_a_method_that_calls_itself_is_refused(timed: Any, failed: Any, boxes: Any) -> None:
    with pytest.raises(failed, match="own name"):
        timed("Box.again", ((boxes.Box(), 2), {}))


def test_a_process_can_time_its_own_version_alone(timed: Any) -> None:
    answer = timed("slow", (([1, 2],), {}), mode="single", quads=12)
    (one,) = answer["inputs"]
    assert len(one["cpu"]) == len(one["wall"]) == 24
    assert answer["digests"]["input0"]
    assert len(answer["code"]) == 1


def test_inputs_that_are_changed_are_copied_for_each_call(timed: Any) -> None:
    text = MODULE.replace(
        "    items.append(1)\n    return len(items)", "    items += [1]\n    return len(items)"
    )
    answer = timed("changing", (([],), {}), shared=False, text=text)
    assert answer["differing"] == []


def test_generator_arguments_are_fresh_for_each_call_whatever_was_asked(timed: Any) -> None:
    answer = timed("draining", ((payload.Stream([1, 2, 3]),), {}), shared=True)
    assert answer["differing"] == []
    assert answer["inputs"][0]["loops"] >= 1


def test_cold_inputs_are_used_once_by_each_side(timed: Any) -> None:
    calls = [((n,), {}) for n in range(100, 140)]
    answer = timed("cached", *calls, cold=True)
    (one,) = answer["inputs"]
    assert one["id"] == "cold"
    assert len(one["a_cpu"]) == len(one["b_cpu"]) >= 4


def test_cold_timing_refuses_too_few_different_inputs(timed: Any, failed: Any) -> None:
    with pytest.raises(failed, match="different inputs"):
        timed("cached", *[((5,), {})] * 10, cold=True)


def test_memory_is_measured_per_side(timed: Any) -> None:
    text = MODULE.replace("total = start\n", "total = start\n    kept = list(range(20000))\n")
    answer = timed("slow", (([1, 2],), {}), metric="memory", text=text)
    (one,) = answer["inputs"]
    assert one["peak"][1] > one["peak"][0] + 100_000


def test_a_payload_that_does_not_load_is_refused(worker: Any, project: Any, failed: Any) -> None:
    started = worker(project({"mod.py": MODULE}))
    target = {"path": "mod.py", "module": "mod", "qualname": "helper"}
    with pytest.raises(failed) as error:
        started.ask("block", [b"junk"], target=target, inputs=[{"id": "x"}])
    assert error.value.kind == "payload"
    with pytest.raises(failed) as error:
        started.ask("block", [], target=target, inputs=[])
    assert error.value.kind == "inputs"


def test_it_runs_on_every_interpreter_we_serve(worker: Any, project: Any, any_python: str) -> None:
    started = worker(project({"mod.py": MODULE}), python=any_python)
    for qualname in ("slow", "lazy", "awaiting", "streaming", "cached", "raising"):
        call = (([1, 2],), {}) if qualname == "slow" else ((3,), {})
        answer = block(started, qualname, call)
        assert answer["differing"] == [], qualname
        assert len(answer["inputs"][0]["a_cpu"]) == 8


def test_fixed_clocks_make_time_and_chance_repeatable(timed: Any) -> None:
    text = MODULE.replace("(n, time(), random.random())", "(n + 0, time(), random.random())")
    assert timed("stamped", ((1,), {}), text=text)["differing"] == ["input0"]
    answer = timed("stamped", ((1,), {}), text=text, fix_clock=True)
    assert answer["differing"] == []
    assert all(each >= 0 for each in samples_of(answer))
