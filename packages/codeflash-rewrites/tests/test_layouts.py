"""Rules keep the layout of a module: line ends, indentation, text around the change, place of the function."""

import ast
import textwrap

import pytest

from codeflash_rewrites.catalogue import RULES, proposals
from codeflash_rewrites.rule import Subject
from codeflash_syntax.parse import compiles

CHANGED = [
    pytest.param(rule, example, id=f"{rule.id}-{rule.slug}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.examples)
    if example.after is not None
]


def is_alone(example):
    body = ast.parse(example.before).body
    return len(body) == 1 and isinstance(body[0], ast.FunctionDef)


ALONE = [case for case in CHANGED if is_alone(case.values[1])]


def rewrites(rule, example, source, function=None):
    return [
        one.source for one in proposals(Subject(source, function or example.function, example.facts), [rule])
    ]


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_line_ends_stay_as_they_are(rule, example):
    texts = rewrites(rule, example, example.before.replace("\n", "\r\n"))
    assert texts
    for text in texts:
        assert "\n" not in text.replace("\r\n", ""), text
        assert compiles(text)


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_tabs_stay_tabs(rule, example):
    texts = rewrites(rule, example, example.before.replace("    ", "\t"))
    assert texts
    for text in texts:
        assert compiles(text), text


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_what_is_not_ascii_before_the_change_does_not_shift_it(rule, example):
    note = "# «ünïcödé» \U0001f600\nNOTE = 'é', '\U0001f600'\n\n\n"
    texts = rewrites(rule, example, note + example.before)
    assert texts
    for text in texts:
        assert "NOTE = 'é', '\U0001f600'\n" in text
        assert compiles(text), text


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_code_after_the_function_stays(rule, example):
    tail = "\n\ndef last(a, b):  # stays\n    return (a,   b)\n"
    texts = rewrites(rule, example, example.before + tail)
    assert texts
    assert all(text.endswith(tail) for text in texts)


@pytest.mark.parametrize(("rule", "example"), ALONE)
def test_a_function_inside_a_class_is_rewritten_at_its_depth(rule, example):
    source = "class Holder:\n    @staticmethod\n" + textwrap.indent(example.before, "    ")
    for text in rewrites(rule, example, source, f"Holder.{example.function}"):
        assert compiles(text), text
        assert "    @staticmethod\n    def f" in text


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_comments_of_the_function_survive(rule, example):
    comments = [line.partition("#")[2] for line in example.before.splitlines() if "  # " in line]
    for text in rewrites(rule, example, example.before):
        for comment in comments:
            assert comment in text
