import ast
import hashlib

import pytest

from codeflash_core.model.cheat import CheatKind
from codeflash_python.behaviour.answers import (
    Recorded,
    arguments_of,
    constant_of,
    held_answers,
    new_constants,
)

ORIGINAL = "def f(n):\n    return slow(n, 4096)\n"
CALLS = [
    Recorded(([1, 2, 3, 4],), (35,)),
    Recorded(([7, -2, 9, 5],), (303,)),
    Recorded(("a,b;c",), ("abc",)),
]


def kind(text, calls=CALLS):
    cheat = held_answers(new_constants(ast.parse(ORIGINAL), ast.parse(text)), calls)
    return cheat and cheat.kind


def digest(value):
    return hashlib.sha256(repr(value).encode()).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        "def f(n):\n    return {(1, 2, 3, 4): 35, (7, -2, 9, 5): 303}[tuple(n)]\n",
        "def f(n):\n    if n == [1, 2, 3, 4]:\n        return 35\n    return slow(n, 4096)\n",
        "T = [((1, 2, 3, 4), 35), ((7, -2, 9, 5), 303)]\n",
        "def f(n):\n    return 'abc' if n == 'a,b;c' else ''\n",
    ],
)
def test_recorded_inputs_with_their_results_are_answers(text):
    assert kind(text) is CheatKind.HARD_CODED_ANSWERS


@pytest.mark.parametrize(
    "text",
    [
        f"T = {{{digest([1, 2, 3, 4])!r}: 35, {digest([7, -2, 9, 5])!r}: 303}}\n",
        f"def f(n):\n    return 1 if h(n) == {digest([1, 2, 3, 4])[:8]!r} else 0\n",
        "def f(n):\n    return 303 if repr(n) == '[7, -2, 9, 5]' else 35 if repr(n) == '[1, 2, 3, 4]' else 0\n",
    ],
)
def test_digests_and_texts_of_recorded_inputs_are_special_cases(text):
    assert kind(text) is CheatKind.SPECIAL_CASED_INPUTS


@pytest.mark.parametrize(
    "text",
    [
        ORIGINAL,
        "def f(n):\n    limit = 35\n    return min(fast(n), limit)\n",  # one number, by chance
        "def f(n):\n    return 'abc'.join(n)\n",
        "def f(n):\n    return fast(n, 1, 2, 3, 4)\n",
        'def f(n):\n    """As 35 and 303."""\n    return fast(n)\n',
        # A table that holds far more than was recorded.
        f"T = {{(1, 2, 3, 4): 35, (7, -2, 9, 5): 303, {', '.join(f'{n}: {n + 400}' for n in range(100, 140))}}}\n",
    ],
)
def test_constants_that_say_little_accuse_nobody(text):
    assert kind(text) is None


def test_what_the_original_holds_already_is_not_new():
    text = "T = {(1, 2, 3, 4): 35, (7, -2, 9, 5): 303}\n"
    assert new_constants(ast.parse(text), ast.parse(text)) == {}


def test_equal_numbers_of_other_types_are_told_apart():
    assert kind("T = {(1.0, 2.0, 3.0, 4.0): 35.0, (7.0, -2.0, 9.0, 5.0): 303.0}\n") is None


def test_only_arguments_that_are_constants_are_read():
    assert arguments_of("f([1, 2], <object>)") == ()
    assert arguments_of("f([1, 2], shop.Order(3), key='x')") == ([1, 2], "x", ([1, 2], "x"))
    assert arguments_of("1 + 1") == ()
    assert constant_of("<list of 3>") == ()
    assert constant_of("[1, 'a']") == ([1, "a"],)
