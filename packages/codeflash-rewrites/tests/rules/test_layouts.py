"""Rewrites keep to the layout of the module: line ends, tabs, text beyond ASCII."""

import pytest

from codeflash_rewrites.catalogue import RULES, proposals
from codeflash_rewrites.rule import Subject

CHANGED = [
    pytest.param(rule, example, id=f"{rule.id}-{rule.slug}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.examples)
    if example.after is not None
]


def proposed(rule, example, source):
    return [rewrite.source for rewrite in proposals(Subject(source, example.function, example.facts), [rule])]


def tabbed(text):
    """The text with each step of leading indentation as a tab."""
    lines = []
    for line in text.splitlines(keepends=True):
        bare = line.lstrip(" ")
        steps, rest = divmod(len(line) - len(bare), 4)
        lines.append("\t" * steps + " " * rest + bare)
    return "".join(lines)


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_windows_line_ends_are_kept(rule, example):
    assert example.after.replace("\n", "\r\n") in proposed(
        rule, example, example.before.replace("\n", "\r\n")
    )


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_a_module_indented_by_tabs_stays_so(rule, example):
    assert tabbed(example.after) in proposed(rule, example, tabbed(example.before))


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_a_default_beyond_ascii_before_the_body_shifts_nothing(rule, example):
    name = example.function.rsplit(".", maxsplit=1)[-1]
    marked = [
        text.replace(f"def {name}(", f"def {name}(_é='ü→😀', *, ", 1)
        for text in (example.before, example.after)
    ]
    if "(_é='ü→😀', *, )" in marked[0] or f"{name}(_é='ü→😀', *, self" in marked[0] or "*args" in marked[0]:
        pytest.skip("the function has no place for another parameter")
    if example.facts.parameters or marked[0].count(f"{name}(") > 1:
        pytest.skip("the parameters matter to the rule")
    for text in proposed(rule, example, marked[0]):
        assert "_é='ü→😀'" in text
        assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize(("rule", "example"), CHANGED)
def test_what_stands_around_the_function_survives(rule, example):
    tail = "\n\ndef unrelated(ä):  # größer\n    return  ( ä )   # as it was\n"
    assert any(text.endswith(tail) for text in proposed(rule, example, example.before + tail))
