"""Two texts of one program."""

import pytest

from codeflash_core.compiling import same_program


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("x = 1\n", "x=1  # one\n\n", True),
        ('def f():\n    "doc"\n    return 1\n', "def f():\n    return 1\n", True),
        ("x = (1)\n", "x = 1\n", True),
        ("x = 1\n", "x = 1.0\n", False),
        ("x = 1\n", "x = True\n", False),
        ("def f(): return 1\n", "def f(): return 2\n", False),
        ("x = '1'\n", 'x = "1"\n', True),
        ("x = ", "x = ", False),
        ("x\0", "x\0", False),
    ],
)
def test_layout_comments_and_docstrings_make_no_other_program(one, other, expected):
    assert same_program(one, other) is expected
