from __future__ import annotations

import pytest

from codeflash_api.code.context import (
    LESS_READ_ONLY,
    NO_DOCSTRINGS,
    NO_READ_ONLY,
    NO_READ_ONLY_DOCSTRINGS,
    TooLarge,
    fitted,
    token_budget,
)
from codeflash_api.code.markdown import Block

CODE = (Block('def f():\n    """Words words words words."""\n    return 1\n', "a.py"),)
HELP = (
    Block(
        '"""Module words."""\ndef g():\n    """More words."""\n    return 2\n\ndef h():\n    return 3\n',
        "b.py",
    ),
    Block("def i():\n    return 4\n", "c.py"),
)


def _size(text: str) -> int:
    return len(text)


def _whole(*parts) -> int:
    return sum(len(block.text) + 12 for part in parts for block in part)


def test_what_fits_stays_as_it_is():
    context = fitted(CODE, HELP, _whole(CODE, HELP), _size)
    assert (context.code, context.read_only, context.notes) == (CODE, HELP, ())


def test_docstrings_of_read_only_code_go_first():
    context = fitted(CODE, HELP, _whole(CODE, HELP) - 1, _size)
    assert context.code == CODE
    assert context.read_only[0].text == "def g():\n    return 2\n\ndef h():\n    return 3\n"
    assert context.notes == (NO_READ_ONLY_DOCSTRINGS,)


def test_docstrings_of_the_code_go_next():
    context = fitted(CODE, HELP, _whole(CODE, HELP) - 60, _size)
    assert context.code[0].text == "def f():\n    return 1\n"
    assert len(context.read_only) == 2
    assert context.notes == (NO_READ_ONLY_DOCSTRINGS, NO_DOCSTRINGS)


def test_read_only_code_goes_by_whole_definitions():
    context = fitted(CODE, HELP, 80, _size)
    assert [block.path for block in context.read_only] == ["b.py"]
    assert context.read_only[0].text.strip() == "def g():\n    return 2"
    assert context.notes[-1] == LESS_READ_ONLY


def test_all_read_only_code_may_go():
    context = fitted(CODE, HELP, 36, _size)
    assert context.read_only == ()
    assert context.notes == (NO_DOCSTRINGS, NO_READ_ONLY)


def test_the_code_itself_is_never_cut():
    with pytest.raises(TooLarge, match="20 fit"):
        fitted(CODE, HELP, 20, _size)


def test_code_that_can_t_be_read_goes_whole():
    odd = (Block("def (", "b.py"), Block("func f() {}\n" * 9, "c.go", "go"))
    context = fitted(CODE, odd, 60, _size)
    assert context.read_only == (odd[0],)


def test_a_function_of_nothing_but_a_docstring_keeps_a_body():
    odd = (Block('class E(Exception):\n    """Words words words words words words."""\n', "b.py"),)
    context = fitted((Block("x = 1", "a.py"),), odd, 60, _size)
    assert context.read_only[0].text == "class E(Exception):\n    pass\n"


def test_a_model_s_room_depends_on_its_name():
    assert token_budget("us.anthropic.Claude-x") > token_budget("gpt-4o") > token_budget("my-model")
