"""Which places of a change some input must come to."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

import pytest

from codeflash_python.behaviour.changed_lines import written_lines
from codeflash_python.behaviour.faults import plan
from codeflash_python.behaviour.reach import MARK

OLD = """
def first(items, wanted):
    found = []
    for item in items:
        if item not in found:
            found.append(item)
    return found
"""


def asked_for(before: str, after: str) -> list[str]:
    """The lines of the places to reach, as they stand."""
    variants = plan(dedent(before), dedent(after), seed=0)
    return [variant.before for variant in variants if variant.role == "reach"]


def body(text: str) -> str:
    return "def f(x):\n" + indent(dedent(text), "    ")


def test_each_new_branch_is_a_place():
    after = OLD.replace(
        "    found = []",
        "    if not items:\n        return []\n    elif wanted:\n        return list(items)\n    found = []",
    )
    assert asked_for(OLD, after) == ["if not items:", "return []", "elif wanted:", "return list(items)"]


def test_the_last_of_statements_in_a_row_stands_for_all():
    assert asked_for("", body("a = x\nif a:\n    return 1\nb = a\nc = b\n")) == ["c = b", "return 1"]


def test_an_old_path_kept_under_a_guard_needs_no_input():
    lines = OLD.strip().splitlines()
    kept = indent("\n".join(line[4:] for line in lines[1:]), "        ")
    after = f"{lines[0]}\n    if wanted:\n        return list(dict.fromkeys(items))\n    else:\n{kept}\n"
    assert asked_for(OLD, after) == ["if wanted:", "return list(dict.fromkeys(items))"]


def test_what_moved_may_be_laid_out_anew():
    before = body("return g(x, 1)\n")
    after = body("if x:\n    return 2\nreturn g(\n    x,  # the first\n    1,\n)\n")
    assert asked_for(before, after) == ["if x:", "return 2"]


def test_each_statement_that_went_moves_once():
    before = body("return g(x)\n")
    after = body("if x > 3:\n    a = 1\n    return g(x)\nif x > 2:\n    return g(x)\nreturn g(x)\n")
    assert "return g(x)" in asked_for(before, after)


@pytest.mark.parametrize(
    "text",
    ["import os", "from os import path", "'doc'", "global y", "x: int", "# only this", "def g(): pass"],
)
def test_what_does_nothing_by_itself_needs_no_input(text: str):
    before = body("y = x\nreturn y\n")
    after = before.replace("    y = x", f"    y = x\n    {text}")
    assert asked_for(before, after) in ([], ["def g(): pass"])


def test_changed_lines_of_nested_functions_and_classes_are_places():
    text = body("""
        def inner(y):
            '''Doc.'''
            return y + 1
        class Box:
            def get(self):
                return x
        return inner
    """)
    assert asked_for("", text) == ["return inner", "return y + 1", "return x"]


def test_handlers_and_cases_with_a_new_header_are_places():
    before = body("try:\n    return g(x)\nexcept KeyError:\n    return 1\n")
    after = before.replace("except KeyError", "except Exception")
    assert asked_for(before, after) == ["return 1"]
    before = body("match x:\n    case 1:\n        return 1\n    case _:\n        return 2\n")
    assert asked_for(before, before.replace("case 1", "case 3")) == ["return 1"]


@pytest.mark.parametrize(
    "text",
    [
        "while x:\n    x -= 1",
        "for a in x, 1:\n    pass",
        "with x as a, x as b:\n    pass",
        "match x, 1:\n    case _:\n        pass",
        "async def g():\n    async with x:\n        yield [a async for a in x]\n    async for b in x:\n        yield b",
        "if x: return 1",
        "a = 1; return a",
        "try:\n    g()\nexcept* ValueError:\n    pass\nfinally:\n    h()",
        "é = 'ü'; return 1 if é else 2",
        "return f'{1 if x else 2}'",
        "assert x, 'no'",
        "yield (yield x)",
        "del x[0]",
        "raise ValueError(x) from None",
        "return (\n    1\n    if x\n    else\n    2\n)",
        "if x:\n    pass\nelif x:\n    pass\nelse:\n    pass",
        "return lambda y: 1 if y else 2",
    ],
)
def test_every_kind_of_place_can_be_marked(text: str):
    source = body(text)
    variants = [variant for variant in plan("", source, seed=0) if variant.role == "reach"]
    assert variants
    for variant in variants:
        ast.parse(variant.text)
        assert variant.text.count(MARK) == 1
        assert len(variant.text.splitlines()) == len(source.splitlines())


def test_both_branches_of_a_conditional_expression_are_places():
    variants = plan("", body("return g(x) if x else h(x)\n"), seed=0)
    marked = [variant.text for variant in variants if variant.role == "reach"]
    assert body(f"return ({MARK}) if x else h(x)\n") in marked
    assert body(f"return g(x) if x else ({MARK})\n") in marked


def test_a_branch_that_moved_is_none():
    before = body("if x:\n    return g(x)\nreturn h(x)\n")
    assert asked_for(before, body("return g(x) if x else h(x)\n")) == ["return g(x) if x else h(x)"]


def test_an_operand_that_went_is_no_branch_that_moved():
    before = body("a = x + 1\nreturn g(a)\n")
    after = body("return 1 if x > 9 else g(x + 1)\n")
    assert asked_for(before, after) == ["1", "g(x + 1)", "return 1 if x > 9 else g(x + 1)"]


def test_where_nothing_else_can_be_broken_what_moved_is_a_place():
    before = body("for i in x:\n    p = g('a')\n    p(i)\n")
    after = body("p = g('a')\nfor i in x:\n    p(i)\n")
    variants = plan(before, after, seed=0)
    if not any(variant.role == "fault" for variant in variants):
        assert any(variant.role == "reach" for variant in variants)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", {2}),
        ("a\nc\n", "a\nb\nc\n", {2}),
        ("if a:\n    b\n    c\nd\n", "if a:\n    b\nd\n", {2}),
        ("if a:\n    b\nc\nd\n", "if a:\n    b\nd\n", {3}),
        ("a\nb\n", "a\n", {1}),
        ("", "", set()),
    ],
)
def test_beside_a_deletion_only_lines_as_deep_are_written(before: str, after: str, lines: set[int]):
    assert written_lines(before, after) == lines
