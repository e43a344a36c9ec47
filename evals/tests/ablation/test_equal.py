import ast

from hypothesis import given
from hypothesis import strategies as st

from codeflash_evals.ablation.candidates import replaced
from codeflash_evals.ablation.cases import equal_versions, project_folder
from codeflash_evals.ablation.equal import with_other_names

TEXT = '''
import os

def f(values, *, limit=3):
    """Of found."""
    é = found = 0
    for value in values:
        found += value if value < limit else é
    try:
        inner = [value for value in values]
    except ValueError as error:
        print(f"{inner}", error)
    import re as pattern
    def within(found_too):
        return found_too
    return found, "found", values[0].found, pattern, within
'''


def test_locals_get_another_name_wherever_they_stand_and_nothing_else_does():
    code = with_other_names(TEXT, "f", "_1")
    expected = TEXT.partition("\n\n")[2].strip("\n")
    for old, new in (
        ("é = found = 0", "é_1 = found_1 = 0"),
        ("for value in values:", "for value_1 in values:"),
        ("found += value if value < limit else é", "found_1 += value_1 if value_1 < limit else é_1"),
        ("[value for value in values]", "[value_1 for value_1 in values]"),
        ('return found, "found", values[0].found', 'return found_1, "found", values[0].found'),
    ):
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert code.strip("\n") == expected


def test_a_function_without_such_locals_has_no_equal_version():
    assert with_other_names("def f(x):\n    return x\n", "f", "_1") is None
    assert with_other_names("def f(x):\n    global y\n    y = x\n", "f", "_1") is None


@given(st.sampled_from(["_1", "_2", "ß"]))
def test_it_computes_the_same(suffix):
    text = "def f(x):\n    total = 0\n    for each in x:\n        total = total + each\n    return total\n"
    spaces = {}
    exec(replaced(text, "f", with_other_names(text, "f", suffix)), spaces)
    assert spaces["f"]([1, 2, 3]) == 6


def test_every_equal_version_of_the_project_is_another_text_of_the_same_shape():
    root = project_folder()
    versions = equal_versions(root, ["src/ledger/text.py::slug", "src/ledger/text.py::slug"], 2)
    assert [each.name for each in versions] == ["equal version 1", "equal version 2"]
    original = (root / "src/ledger/text.py").read_text()
    shapes = {original: _shape(original)} | {
        text: _shape(text) for each in versions for text in [each.changes(root)["src/ledger/text.py"]]
    }
    assert len(shapes) == 3
    assert len(set(shapes.values())) == 1


def _shape(text):
    return tuple(type(node).__name__ for node in ast.walk(ast.parse(text)))
