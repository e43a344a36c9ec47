"""The benchmark of what an editor waits for looks at what it says that it does."""

import ast

import pytest


@pytest.fixture
def editor(tool):
    return tool("benchmarks/editor.py")


def test_the_module_is_as_long_as_said_and_each_edit_is_of_one_function(editor):
    text = editor.module()
    assert editor.LINES <= text.count("\n") < 2 * editor.LINES
    edited = editor.edits(text)
    assert len(edited) > 20
    assert len(set(edited)) == len(edited)
    assert len(ast.parse(edited[0]).body) == len(ast.parse(text).body)


def test_both_looks_are_measured(editor):
    found, facts = editor.milliseconds(1)
    assert {name: len(spent) for name, spent in found.items()} == {"whole": 1, "after an edit": 1}
    assert facts["after an edit"] < facts["whole"]


def test_the_page_shows_the_figures(tool, root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    row = {"benchmark": "editor: whole", "ms": 98.7, "most_ms": 120.0, "limit_ms": 150.0, "asked": 104}
    lines = tool("benchmarks/page.py")._editor([row | {"lines": 2095, "functions": 103, "findings": 21}])
    assert lines[-1] == "| 2,095 lines, whole | 104 of 103 | 98.7 | 120.0 | 150 |"
