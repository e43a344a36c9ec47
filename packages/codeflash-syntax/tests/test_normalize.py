"""Two texts have one normal form when they differ in layout, docstrings or local names only."""

import ast
import sys

import pytest

from codeflash_syntax.normalize import (
    REMEMBERED,
    digest_module,
    normal_form,
    normalize_module,
)

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


def test_the_tree_handed_in_is_not_changed():
    node = ast.parse(BASE).body[0]
    before = ast.dump(node)
    assert normal_form(node) == normal_form(node)
    assert ast.dump(node) == before


def test_without_anything_to_leave_out_the_form_is_the_dump():
    source = "import os\nx: int = None\nclass A(B, k=1):\n    y = 'a', b'b', 1.5, ...\n\n\ndel x\nlambda *a, b=1, **c: f'{a!r:>{b}}'\n"
    tree = ast.parse(source + "match x:\n    case {'a': None, **rest} | A(b=1): global g\n")
    expected = ast.dump(tree) if sys.version_info < (3, 13) else ast.dump(tree, show_empty=True)
    assert normal_form(tree) == expected


def test_one_leading_pass_is_left_out_where_more_follows():
    assert normalize_module("def f():\n    pass\n    return 1\n") == normalize_module(
        "def f():\n    return 1\n"
    )
    assert normalize_module("def f():\n    pass\n    pass\n    return 1\n") != normalize_module(
        "def f():\n    return 1\n"
    )


def test_digests_tell_forms_apart_however_long_the_text():
    for filler in ("", "# long\n" * REMEMBERED):
        one = digest_module(f"{filler}def f(a):\n    b = a\n    return b\n")
        assert one == digest_module(f"{filler}def f(a):\n    other = a\n    return other\n")
        assert one != digest_module(f"{filler}def f(a):\n    b = a\n    return a\n")
