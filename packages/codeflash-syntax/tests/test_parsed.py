"""A text is parsed once, and told apart from others by what it says."""

import ast

import pytest

from codeflash_syntax.normalize import digest_module
from codeflash_syntax.parse import FunctionNotFound, SyntaxProblem, find_function
from codeflash_syntax.parsed import KEPT_CHARACTERS, Forms, Parsed, Readings

SOURCE = "def f(a):\n    b = a\n    return b\n"


def test_the_digest_is_that_of_the_text():
    assert Parsed(SOURCE).digest == digest_module(SOURCE)


def test_the_tree_is_made_once():
    parsed = Parsed(SOURCE)
    assert parsed.module is parsed.module
    assert [site.qualname for site in parsed.sites] == ["f"]


def test_parents_hold_their_children():
    parsed = Parsed(SOURCE)
    for child, parent in parsed.parents.items():
        assert child in ast.iter_child_nodes(parent)


def test_a_text_that_does_not_parse_says_so_on_use():
    broken = Parsed("def f(:\n")
    assert not broken.compiles
    with pytest.raises(SyntaxProblem):
        _ = broken.module


def test_what_parses_need_not_compile():
    assert not Parsed("return 1\n").compiles
    assert Parsed(SOURCE).compiles


def test_a_text_is_read_once():
    readings = Readings()
    assert readings[SOURCE] is readings[SOURCE]


def test_texts_beyond_the_room_are_read_but_not_kept():
    readings = Readings()
    long = SOURCE + "#" * KEPT_CHARACTERS
    assert readings[long].source == long
    assert long not in readings
    assert readings[SOURCE] is readings[SOURCE]


def test_layout_docstrings_and_local_names_make_no_new_form():
    forms = Forms(Readings())
    assert forms.add(SOURCE)
    assert not forms.add(SOURCE)
    assert not forms.add('def f(a):\n    """Says."""\n    c = (a)\n    return c\n')


def test_the_same_shape_may_be_another_form():
    forms = Forms(Readings())
    assert forms.add(SOURCE)
    assert forms.add(SOURCE.replace("return b", "return a"))


def test_another_shape_is_another_form():
    forms = Forms(Readings())
    assert forms.add(SOURCE)
    assert forms.add(SOURCE.replace("return b", "return b + a"))


def test_a_form_that_cannot_be_read_is_an_error():
    with pytest.raises(SyntaxProblem):
        Forms(Readings()).add("def f(:\n")


def test_functions_are_found_as_a_search_of_the_tree_finds_them():
    text = "def f(): ...\nif x:\n    def f(): ...\nclass C:\n    def m(self):\n        def inner(): ...\n    def m(self): ...\n"
    parsed = Parsed(text)
    for name in ("f", "C.m", "C.m.<locals>.inner"):
        assert parsed.site(name).node is find_function(parsed.module, name).node
    with pytest.raises(FunctionNotFound):
        parsed.site("g")


def test_names_that_are_declared_global_are_known():
    assert Parsed("def f():\n    global a, b\n    def g():\n        global c\n").declared_global == {
        "a",
        "b",
        "c",
    }
    assert Parsed("a = 1\n").declared_global == frozenset()
