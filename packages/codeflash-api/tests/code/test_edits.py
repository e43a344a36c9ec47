from __future__ import annotations

import pytest

from codeflash_api.code.edits import (
    changed_functions,
    changed_lines,
    edited,
    lacks_names,
    merged,
    stands_alone,
    without_each,
    without_noise,
)
from codeflash_syntax.parsed import Parsed

OLD = """import re


def f(items, known):
    wanted = list(known)
    out = []
    for item in items:
        if item in wanted:
            out.append(item)
    total = 0
    for item in out:
        total = total + item
    return total
"""


def test_an_edit_that_the_others_do_not_need_can_go():
    new = OLD.replace("list(known)", "set(known)").replace("total = total + item", "total += item")
    texts = [edit.text for edit in without_each(OLD, new)]
    assert texts == [
        OLD.replace("total = total + item", "total += item"),
        OLD.replace("list(known)", "set(known)"),
    ]


def test_edits_that_need_each_other_stay():
    new = OLD.replace("    out = []\n", "    out = []\n    fast = set(wanted)\n").replace(
        "in wanted", "in fast"
    )
    assert list(without_each(OLD, new)) == []


def test_a_single_edit_is_the_change_itself():
    assert list(without_each(OLD, OLD.replace("list(", "set("))) == []


def test_a_text_that_is_another_one_is_not_taken_apart():
    old = "".join(f"a{number} = {number}\nb{number} = 0\n" for number in range(20))
    assert list(without_each(old, old.replace("a", "c"))) == []


def test_noise_is_put_back():
    new = OLD.replace("    for item in out", "    # add\n    for item in out").replace(
        "list(known)", "set(known)"
    )
    new = new.replace("import re\n", "import re\n\n")
    assert without_noise(OLD, new) == OLD.replace("list(known)", "set(known)")


def test_without_noise_all_stays():
    new = OLD.replace("list(known)", "set(known)")
    assert without_noise(OLD, new) == new


@pytest.mark.parametrize(
    "text",
    [
        "def (",
        OLD.replace("    out = []\n", ""),
        OLD.replace("    out = []\n", "    out = []\n    idle = 3\n"),
        OLD.replace("def f(items, known)", "def f(items)").replace("list(known)", "[]"),
        OLD.replace("import re\n", "import re\nimport os\n"),
    ],
    ids=["no code", "a name is missing", "a name is idle", "another signature", "an idle import"],
)
def test_what_is_not_whole_does_not_stand_alone(text):
    assert not stands_alone(OLD, OLD, text)


SCOPES = """from os import path as p
class C:
    a = 1
    def m(self, *args, **more):
        global G
        G = [x for x in args if (y := x)]
        try:
            import json.decoder
        except ValueError as problem:
            raise KeyError(problem, y) from problem
        match more:
            case {"a": one, **rest}:
                return one, rest, json, p, (lambda z=1: z)
            case [first, *others] as whole:
                return first, others, whole, self, G
        def inner():
            nonlocal y
            y = 2
        with open("x") as stream:
            del stream
        return inner, C.a
"""


def test_names_of_all_kinds_are_known():
    assert stands_alone(SCOPES, SCOPES, SCOPES)


def test_changes_in_different_places_are_joined():
    one, other = OLD.replace("list(known)", "set(known)"), OLD.replace("total + item", "item + total")
    assert merged(OLD, one, other) == one.replace("total + item", "item + total")


def test_the_first_change_has_nothing_to_be_joined_with():
    assert merged(OLD, None, "x") == "x"


def test_changes_of_the_same_or_neighbouring_lines_are_not_joined():
    one = OLD.replace("list(known)", "set(known)")
    assert merged(OLD, one, OLD.replace("list(known)", "tuple(known)")) is None
    assert merged(OLD, one, OLD.replace("out = []", "out = list()")) is None


def test_changes_that_bring_the_same_name_are_not_joined():
    one = OLD.replace("import re", "import re\nimport os")
    assert merged(OLD, one, OLD.replace("return total", "return os.x")) is None


def test_changed_functions_are_named():
    new = OLD.replace("list(", "set(") + "\ndef g():\n    pass\n"
    assert changed_functions(OLD, new) == ("f",)
    assert changed_functions(OLD, OLD + "# more\n") == ()
    assert changed_functions(OLD, "x = 1") == ("f",)
    assert changed_functions("def (", OLD) == ()


def test_changed_lines_are_counted():
    assert changed_lines("a\nb\n", "a\nc\nd\n") == 3
    assert changed_lines("a\n", "a\n") == 0


def test_a_large_part_that_differs_all_over_is_one_edit(monkeypatch):
    monkeypatch.setattr("codeflash_api.code.edits.MOST_COMPARISONS", 4)
    assert edited(["a", "b", "c", "d", "e"], ["a", "x", "c", "y", "e"]) == [(1, 4, 1, 4)]


def test_edits_are_counted_from_the_start_of_the_text():
    assert edited(["a", "b", "c"], ["a", "x", "c", "d"]) == [(1, 2, 1, 2), (3, 3, 3, 4)]
    assert edited(["a"], ["a"]) == []


def test_deep_code_is_compared_without_an_end():
    deep = f"def f():\n    return {'+'.join('1' * 700)}\n"
    assert changed_functions(deep, deep.replace("1+1", "1+2", 1)) in ((), ("f",))
    assert without_noise(deep, deep) == deep


def test_names_that_are_read_and_never_bound_are_missed():
    assert lacks_names(Parsed(OLD), Parsed(OLD.replace("    out = []\n", "")))
    assert not lacks_names(Parsed(OLD), Parsed(OLD))
    assert not lacks_names(Parsed("x = y\n"), Parsed("x = y + 0\n"))
    assert lacks_names(Parsed(OLD), Parsed("def ("))
