"""Two texts have one normal form when they differ in layout, docstrings or local names only."""

import ast

import pytest

from codeflash_syntax.normalize import normalize_function, normalize_module

BASE = "def f(a):\n    x = a\n    y = x\n    return y\n"


@pytest.mark.parametrize(
    "other",
    [
        "def f( a ):\n  # note\n  x = (a)\n  y = x\n  return y\n",
        "def f(a):\n    p = a\n    q = p\n    return q\n",
        'def f(a):\n    """Doc."""\n    x = a\n    y = x\n    return y\n',
        "def f(a):\r\n\tx = a\r\n\ty = x\r\n\treturn y\r\n",
    ],
)
def test_what_does_not_matter_is_taken_away(other):
    assert normalize_module(other) == normalize_module(BASE)


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace("(a)", "(b)").replace("= a", "= b"),
        BASE.replace("return y", "return x"),
        BASE.replace("def f", "async def f"),
        BASE.replace("y = x", "y = x + 1"),
        BASE.replace("    x = a", "    global x\n    x = a"),
    ],
)
def test_what_matters_stays(other):
    assert normalize_module(other) != normalize_module(BASE)


def test_names_that_a_nested_function_sees_are_kept():
    source = "def f():\n    x = 1\n    return lambda: x\n"
    assert normalize_module(source) != normalize_module(source.replace("x", "y"))


def test_a_body_of_only_a_docstring_is_kept_valid():
    assert "Pass" in normalize_module('def f():\n    """Doc."""\n')


def test_the_function_handed_in_is_not_changed():
    node = ast.parse(BASE).body[0]
    before = ast.dump(node)
    assert normalize_function(node) == normalize_function(node)
    assert ast.dump(node) == before
