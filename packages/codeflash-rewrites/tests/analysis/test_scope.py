"""Scopes know what is bound, read and captured."""

from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.rule import Subject

SOURCE = """
import os as system

TABLE = 1

def f(a, *rest, key=None):
    global TABLE
    x = y = a
    for i, (j, *k) in rest:
        with open(x) as handle:
            pass
    try:
        import json.decoder
    except ValueError as error:
        pass
    z = [x for x in rest if (w := x)]
    def inner():
        return y
    TABLE = 2
    x += 1
    return lambda: z
"""


def scope():
    return scope_of(Subject(SOURCE, "f"))


def test_every_way_to_bind_a_local_is_seen():
    assert scope().locals == {
        *("a", "rest", "key", "x", "y", "i", "j", "k", "handle", "json", "error", "z", "w", "inner"),
    }
    assert scope().outer == {"TABLE"}


def test_names_of_nested_scopes_are_captured():
    assert scope().captured == {"y", "z"}
    assert scope().is_simple_local("x")
    assert not scope().is_simple_local("y")
    assert not scope().is_simple_local("a")


def test_a_comprehension_variable_is_another_variable():
    assert [node.lineno for node in scope().uses("x")] == [8, 10, 20]


def test_a_walrus_in_a_comprehension_binds_the_function_s_variable():
    assert [node.lineno for node in scope().stores("w")] == [16]


def test_definitions_are_known_for_plain_assignments_only():
    assert scope().definitions("x") is None  # ``x += 1``
    assert len(scope().definitions("y") or []) == 1
    assert scope().definitions("i") is None
    assert scope().definitions("a") is None


def test_a_fresh_name_meets_nothing():
    assert scope().fresh("x", "y") == "y_2"
    assert scope().fresh("system") == "system_2"
    assert scope().fresh("len", "length") == "length"
    assert scope().fresh("class", "kind") == "kind"


def test_builtins_are_theirs_until_something_rebinds_them():
    assert is_builtin(Subject(SOURCE, "f"), "len", "sorted")
    assert not is_builtin(Subject(SOURCE + "\ndef len(x): ...\n", "f"), "len")
    assert not is_builtin(Subject("def f(list):\n    return list\n", "f"), "list")
    assert not is_builtin(Subject("def g(set):\n    def f(): ...\n", "g.f"), "set")
    assert not is_builtin(Subject("def h():\n    global set\n    set = 1\ndef f(): ...\n", "f"), "set")
    assert not is_builtin(Subject(SOURCE, "f"), "no_such_builtin")
