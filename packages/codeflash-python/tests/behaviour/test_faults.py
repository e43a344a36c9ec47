"""Seeded faults: which ones are planned, and whether inputs notice them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from codeflash_python.behaviour.changed_lines import changed_lines, same_code
from codeflash_python.behaviour.endings import judge
from codeflash_python.behaviour.faults import plan, plan_all
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
    assert {variant.role for variant in variants} == {"fault", "forced", "reach"}
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
    assert [variant.after for variant in plan("", text, seed=1) if variant.role == "fault"] == ["return None"]


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
    return judge(variants, data)


@pytest.mark.slow
def test_good_inputs_catch_every_fault_that_counts(project: Callable[..., Path], worker: Any):
    inputs = [
        payload.dump(args, {}) for args in [([1, 2, 3], 0), ([1, 2, 3], 1), (list(range(20)), 0), ((), 0)]
    ]
    text = NEW.replace("items[bound:]", "items")
    seeded = tried(worker, project({"m.py": text}), inputs, text)
    faults = seeded.faults
    assert len(faults) >= 5
    assert seeded.unreached == ()
    missed = [fault for fault in faults if not fault.caught]
    assert missed, "the guard can be mutated without any change"
    assert all(fault.equivalent for fault in missed), missed


@pytest.mark.slow
def test_poor_inputs_let_faults_pass(project: Callable[..., Path], worker: Any):
    seeded = tried(worker, project({"m.py": NEW}), [payload.dump(((), 0), {})])
    faults = seeded.faults
    assert seeded.unreached == ("line 6: return sum(items)", "line 8: result += item")
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
    faults = tried(worker, project({"m.py": text}), [payload.dump((3, False), {})], text, old).faults
    assert [fault.caught for fault in faults if fault.before == "n -= 1"] == [True]


SLOW = """def total(items, by):
    found = []
    for item in items:
        found.append(item + by)
    return found
"""
FALLING_BACK = """def total(items, by):
    try:
        return list(map(by.__add__, items))
    except {error}:
        pass
    found = []
    for item in items:
        found.append(item + by)
    return found
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "inputs", "fallback", "caught"),
    [
        ("TypeError", [([1, 2], 1), ([7], 2)], True, False),
        ("AttributeError", [([1, 2], 1)], False, True),
        ("TypeError", [(5, 1)], False, False),
    ],
    ids=["the fallback answers", "nothing catches what it raises", "the fast path never answers"],
)
def test_a_fault_that_only_takes_the_fallback_is_told_from_one_that_no_input_tries(
    project: Callable[..., Path], worker: Any, error: str, inputs: Any, fallback: bool, caught: bool
):
    text = FALLING_BACK.format(error=error)
    kept = [payload.dump(args, {}) for args in inputs]
    faults = tried(worker, project({"m.py": text}), kept, text, SLOW).faults
    (swapped,) = [fault for fault in faults if fault.after == "(map(items, by.__add__))"]
    assert (swapped.fallback, swapped.caught) == (fallback, caught)


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


@pytest.mark.parametrize(
    ("condition", "after", "bound"),
    [
        ("a < b", "(a <= b)", "looser"),
        ("a >= b", "(a > b)", "stricter"),
        ("not a < b", "(a <= b)", "stricter"),
        ("not (a or b)", "(a and b)", "looser"),
        ("all(a or x for x in b)", "(a and x)", "stricter"),
        ("any(x > a for x in b)", "(x >= a)", "looser"),
        ("all(x for x in b if x > a)", "(x >= a)", ""),
        ("f(a < b)", "(a <= b)", ""),
        ("(a < b) == b", "(a <= b)", ""),
        ("a == b", "(a != b)", ""),
    ],
)
def test_what_a_fault_does_to_its_condition_is_known(condition: str, after: str, bound: str):
    variants = plan("", f"def f(a, b):\n    if {condition}:\n        return 1\n", seed=0)
    assert {variant.bound for variant in variants if variant.after == after} == {bound}


@pytest.mark.parametrize(
    ("body", "seeded"),
    [
        ("a // 100 if a > 0 else 0", False),
        ("0 if a < 5 else a - 5", False),
        ("a // 100 if 0 < a else 0", False),
        ("a if a > 0 else -a", True),
        ("a + 1 if a > 0 else 0", True),
        ("a // b if a > 0 else 0", True),
        ("a // a if a > 0 else 0", True),
        ("a / 100 if a > 0 else 0", True),
        ("a if a > 0.0 else 0", True),
        ("False if a > 0 else a", True),
    ],
)
def test_a_bound_at_which_both_ways_agree_is_not_moved(body: str, seeded: bool):
    text = f"def f(a: int, b):\n    return {body}\n"
    found = [variant.after for variant in plan("", text, seed=0) if variant.role == "fault"]
    assert bool({"(a >= 0)", "(0 <= a)", "(a <= 5)", "(a >= 0.0)"} & set(found)) is seeded
    assert any(variant.before.count("<") + variant.before.count(">") for variant in plan("", text, seed=0))


def test_a_place_to_reach_names_the_faults_that_show_it():
    variants = plan(OLD, NEW, seed=1)
    for reach in (variant for variant in variants if variant.role == "reach"):
        provers = [variants[number] for number in reach.proved_by]
        assert all(prover.role == "fault" for prover in provers)
        assert all(prover.line >= reach.line for prover in provers)


def test_faults_of_several_files_stay_together_with_what_shows_them():
    one = plan_all({"a.py": (OLD, NEW)}, "a.py", seed=1)
    two = plan_all({"a.py": (OLD, NEW), "b.py": (OLD, NEW)}, "a.py", seed=1)
    assert {variant.path for variant in one} == {""}
    assert {variant.path for variant in two} == {"", "b.py"}
    roles = [variant.role for variant in two]
    assert roles == sorted(roles, key=["fault", "forced", "reach"].index)
    for variant in two:
        assert all(two[number].path == variant.path for number in variant.proved_by)
        forced = [one for one in two if one.role == "forced" and one.condition == variant.condition]
        assert variant.condition < 0 or {one.path for one in forced} == {variant.path}
    assert plan_all({}, "a.py", seed=1) == ()


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("x = 1\n", "x = 1  # one\n\n", True),
        ("def f():\n    'A.'\n    return 1\n", "def f():\n    return 1\n", True),
        ("x = 1\n", "x = 2\n", False),
        ("import a\n", "import b\n", False),
        ("x = 1\n", "x = (\n", False),
    ],
)
def test_files_that_differ_in_nothing_that_runs_are_known(before: str, after: str, same: bool):
    assert same_code(before, after) is same
