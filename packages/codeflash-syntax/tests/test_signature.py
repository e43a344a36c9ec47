"""The interface of a function is what its callers can see of it."""

import ast

import pytest

from codeflash_syntax.signature import interface, is_generator, parameter_names

BASE = "def f(a, b=1):\n    'Doc.'\n    return a\n"


def function(source):
    return ast.parse(source).body[0]


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace("b=1", "b=2"),
        BASE.replace("a, b", "a, /, b"),
        BASE.replace(")", ") -> int", 1),
        BASE.replace("'Doc.'", "'Dok.'"),
        "@mark\n" + BASE,
        "async " + BASE,
        BASE.replace("return a", "yield a"),
        BASE.replace("def f", "def g"),
        BASE.replace("(a", "(a: int"),
    ],
)
def test_a_visible_change_shows(other):
    assert interface(function(other)) != interface(function(BASE))


def test_an_inner_change_does_not_show():
    assert interface(function(BASE.replace("return a", "return (a)  # same"))) == interface(function(BASE))


def test_only_the_own_yield_makes_a_generator():
    assert not is_generator(function("def f():\n    def g():\n        yield 1\n    return lambda: (yield)\n"))
    assert is_generator(function("def f():\n    for x in y:\n        z = yield from x\n"))


def test_parameters_come_in_the_order_of_the_signature():
    node = function("def f(a, /, b, *c, d=1, **e): pass\n")
    assert parameter_names(node) == ("a", "b", "c", "d", "e")


def test_a_text_without_the_word_has_no_generator():
    for source, wanted in (("def f():\n    yield 1\n", True), ("def f():\n    return 1\n", False)):
        node = ast.parse(source).body[0]
        assert interface(node, source) == interface(node)
        assert interface(node, source).is_generator is wanted
