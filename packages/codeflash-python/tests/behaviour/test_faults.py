"""Seeded faults: which ones are planned, and whether inputs notice them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from codeflash_python.behaviour.faults import Variant, changed_lines, judge, plan
from codeflash_python.behaviour.graphs import Malformed
from codeflash_worker import payload

OLD = dedent('''
    def total(items, bound):
        """Doc string."""
        result = 0
        for i in range(len(items)):
            result = result + items[i]
        return result

    def other(x):
        return x + 1
''')
NEW = dedent('''
    def total(items, bound):
        """Doc string."""
        result = 0
        if type(items) is list and len(items) > 8:
            return sum(items)
        for item in items[bound:]:
            result += item
        return result

    def other(x):
        return x + 1
''')


def test_faults_are_seeded_into_changed_lines_only():
    lines = changed_lines(OLD, NEW)
    variants = plan(OLD, NEW, seed=1)
    assert variants
    assert {variant.line for variant in variants} <= lines
    assert {variant.qualname for variant in variants} == {"total"}


def test_each_variant_is_one_change_that_compiles():
    for variant in plan(OLD, NEW, seed=1):
        ast.parse(variant.text)
        assert variant.text.replace(variant.after, "") != NEW
        assert len(variant.text.splitlines()) == len(NEW.splitlines())


def test_equal_seeds_plan_equal_faults():
    assert plan(OLD, NEW, seed=3) == plan(OLD, NEW, seed=3)


def test_there_are_never_more_faults_than_asked_for():
    text = "def f(x):\n" + "".join(f"    x = x + {n} * x - x\n" for n in range(60)) + "    return x\n"
    faults = [variant for variant in plan("", text, seed=1, most=7) if variant.role == "fault"]
    assert len(faults) == 7
    assert len({variant.line for variant in faults}) == 7


def test_conditions_are_forced_both_ways():
    variants = plan(OLD, NEW, seed=1)
    forced = [variant for variant in variants if variant.role == "forced"]
    parts = {"type(items) is list", "len(items) > 8"}
    whole = {" and ".join(["type(items) is list", "len(items) > 8"])}
    assert parts <= {variant.before for variant in forced} <= parts | whole
    for part in {variant.before for variant in forced}:
        assert sorted(variant.after for variant in forced if variant.before == part) == ["False", "True"]


def test_a_text_that_does_not_parse_has_no_faults():
    assert plan(OLD, "def f(:", seed=1) == ()


def test_docstrings_annotations_and_defaults_are_left_alone():
    text = 'def f(x: "int" = 1) -> "str":\n    """Doc."""\n    y: "int" = x\n    return y\n'
    assert [variant.after for variant in plan("", text, seed=1)] == ["return None"]


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("return a < b", "(a <= b)"),
        ("return a + b", "(a - b)"),
        ("return a and b", "(a or b)"),
        ("return not a", "(a)"),
        ("return a[7]", "(8)"),
        ("return a['k']", "'kx'"),
        ("return a[b:]", "(a[b + 1:])"),
        ("return range(a)", "(range(a - 1))"),
        ("return a.f(a, b)", "(a.f(b, a))"),
        ("a[0] = b", "pass"),
        ("a.append(b)", "pass"),
        ("a += b", "pass"),
        ("return 1 if a else b", "(1 if not a else b)"),
    ],
)
def test_operators_of_each_kind(source: str, after: str):
    text = f"def f(a, b):\n    {source}\n"
    assert after in [variant.after for variant in plan("", text, seed=1)]


def test_replacements_land_where_they_should_behind_wide_characters():
    text = "def f(a):\n    return 'éé😀' in a and a == 1\n"
    texts = [variant.text for variant in plan("", text, seed=1)]
    assert "def f(a):\n    return 'éé😀' in a and (a != 1)\n" in texts


def variant(role: str, condition: int) -> Variant:
    return Variant(1, "a", "b", "text", "f", role, condition)  # type: ignore[arg-type]


def judged(*pairs: tuple[Variant, str]) -> Any:
    return judge([one for one, _ in pairs], {"variants": [{"how": how, "at": 0} for _, how in pairs]})


def test_what_is_noticed_counts_as_caught():
    faults, notes = judged((variant("fault", -1), "difference"), (variant("fault", -1), "survived"))
    assert [fault.caught for fault in faults] == [True, False]
    assert not any(fault.equivalent for fault in faults)
    assert notes == ()


@pytest.mark.parametrize(("forced", "equivalent"), [("survived", True), ("difference", False)])
def test_a_fault_in_a_guard_does_not_count_when_both_ways_pass(forced: str, equivalent: bool):
    faults, _ = judged(
        (variant("fault", 0), "survived"), (variant("forced", 0), "survived"), (variant("forced", 0), forced)
    )
    assert [fault.equivalent for fault in faults] == [equivalent]


def test_faults_that_did_not_run_are_said_and_not_counted():
    faults, notes = judged((variant("fault", -1), "not-run"), (variant("fault", -1), "unfit"))
    assert faults == ()
    assert notes == ("1 seeded faults were not tried for lack of time",)


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"variants": None}, {"variants": []}, {"variants": [1]}, {"variants": [{"how": "fine"}]},
     {"variants": [{"how": ["survived"]}]}, {"variants": [{"how": "survived"}] * 2}],
)  # fmt: skip
def test_hostile_answers_are_malformed(data: Any):
    with pytest.raises(Malformed):
        judge([variant("fault", -1)], data)


TARGET = {"path": "m.py", "module": "m", "qualname": "total"}


def tried(worker: Any, root: Path, inputs: Sequence[bytes], text: str = NEW, old: str = OLD) -> Any:
    started = worker(root)
    started.ask("load", fork=False, target=TARGET)
    replay = started.ask("replay", inputs, target=TARGET, seed=1)
    expected = [call["digest"] for call in replay["calls"][: len(inputs)]]
    variants = plan(old, text, seed=1)
    asked = [variant.asked() for variant in variants]
    data = started.ask(
        "faults", inputs, target=TARGET, seed=1, expected=expected, variants=asked, call_wall=0.3
    )
    return judge(variants, data)[0]


@pytest.mark.slow
def test_good_inputs_catch_every_fault_that_counts(project: Callable[..., Path], worker: Any):
    inputs = [
        payload.dump(args, {}) for args in [([1, 2, 3], 0), ([1, 2, 3], 1), (list(range(20)), 0), ((), 0)]
    ]
    text = NEW.replace("items[bound:]", "items")
    faults = tried(worker, project({"m.py": text}), inputs, text)
    assert len(faults) >= 5
    missed = [fault for fault in faults if not fault.caught]
    assert missed, "the guard can be mutated without any change"
    assert all(fault.equivalent for fault in missed), missed


@pytest.mark.slow
def test_poor_inputs_let_faults_pass(project: Callable[..., Path], worker: Any):
    faults = tried(worker, project({"m.py": NEW}), [payload.dump(((), 0), {})])
    assert any(not fault.caught and not fault.equivalent for fault in faults)


@pytest.mark.slow
def test_faults_that_never_end_or_kill_the_process_are_caught(project: Callable[..., Path], worker: Any):
    old = "import os\ndef total(n, flag):\n    return 0\n"
    text = dedent("""
        import os
        def total(n, flag):
            while n > 0:
                n -= 1
            if flag:
                os._exit(1)
            return n
    """)
    faults = tried(worker, project({"m.py": text}), [payload.dump((3, False), {})], text, old)
    assert [fault.caught for fault in faults if fault.before == "n -= 1"] == [True]


def test_a_literal_that_only_moved_is_not_part_of_the_change():
    before = 'def f(n):\n    t = (g("a", 1), g("b", 2))\n    return t[n]\n'
    after = 'def f(n):\n    t = (("a", 1), ("b", 2))\n    return g(*t[n + 3])\n'
    seeded = {variant.before for variant in plan(before, after, seed=0) if variant.role == "fault"}
    assert not seeded & {"'a'", '"a"', '"b"', "1", "2"}
    assert "3" in seeded


@pytest.mark.parametrize("body", ["if a < m:\n        m = a\n    return m", "return a if a < m else m"])
def test_a_kept_extreme_is_broken_by_its_direction(body: str):
    seeded = [variant.after for variant in plan("", f"def f(a, m):\n    {body}\n", seed=0)]
    assert "(a > m)" in seeded
    assert "(a <= m)" not in seeded


def test_each_side_of_a_guard_is_forced_by_itself():
    text = "def f(t):\n    if type(t) is str and t.isascii():\n        return 1\n    return 2\n"
    variants = plan("", text, seed=0)
    forced = {(variant.before, variant.after) for variant in variants if variant.role == "forced"}
    assert {("type(t) is str", "True"), ("type(t) is str", "False")} <= forced
    numbers = {variant.before: variant.condition for variant in variants if variant.role == "forced"}
    (fault,) = [variant for variant in variants if variant.after == "(type(t) is not str)"]
    assert fault.condition == numbers["type(t) is str"]
