import ast
from pathlib import Path

import pytest

from codeflash_core.errors import UsageError
from codeflash_evals.ablation.candidates import Given, read_candidates, replaced

MODULE = '''"""Doc."""

import os


@decorated
def first(x):
    return x


class Box:
    def first(self):
        return 1
'''


@pytest.fixture
def listed(tmp_path: Path):
    """Write a list and read it."""

    def read(text: str):
        path = tmp_path / "list.toml"
        path.write_text(text)
        return read_candidates(path, "src/")

    return read


def test_a_candidate_is_read_with_its_target_where_the_project_has_it(listed):
    (found,) = listed(
        '[[candidate]]\nname = "n"\ntarget = "m.py::f"\ncode = "c"\nalso = { "m.py::g" = "d" }\ndeletes = ["x.py"]'
    )
    assert found == Given("n", "src/m.py::f", "c", also={"src/m.py::g": "d"}, deletes=("x.py",))
    assert found.path == "src/m.py"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[candidate]", "can't read"),
        ('[[candidate]]\nname = "n"', "candidate 1 is malformed.*target"),
        ('[[candidate]]\nname = "n"\ntarget = "t"\ncoed = ""', "candidate 1 is malformed.*coed"),
        ('[[candidate]]\nname = "n"\ntarget = "t"\n' * 2, "n stands there twice"),
    ],
)
def test_a_malformed_list_is_a_sentence(listed, text, message):
    with pytest.raises(UsageError, match=message):
        listed(text)


def test_a_missing_list_says_that_a_checkout_is_needed(tmp_path):
    with pytest.raises(UsageError, match="can't read") as problem:
        read_candidates(tmp_path / "none.toml")
    assert "checkout" in problem.value.hint


def test_one_function_is_replaced_with_its_decorators_and_nothing_else_is():
    text = replaced(MODULE, "first", "\ndef first(x):\n    return -x\n")
    assert text == MODULE.replace("@decorated\ndef first(x):\n    return x", "def first(x):\n    return -x")
    text = replaced(MODULE, "Box.first", "    def first(self):\n        return 2")
    assert text == MODULE.replace("return 1", "return 2")


def test_the_changes_are_whole_files(tmp_path):
    (tmp_path / "m.py").write_text(MODULE)
    given = Given(
        "n",
        "m.py::first",
        "def first(x):\n    return _A",
        "_A = 1",
        files={"b.py": "B"},
        deletes=("c.py",),
        coding="utf-8",
    )
    changes = given.changes(tmp_path)
    assert {path: text for path, text in changes.items() if path != "m.py"} == {"b.py": "B", "c.py": None}
    text = changes["m.py"]
    assert text.startswith("# -*- coding: utf-8 -*-\n")
    names = [getattr(each, "name", type(each).__name__) for each in ast.parse(text).body]
    assert names == ["Expr", "Import", "Assign", "first", "Box"]
