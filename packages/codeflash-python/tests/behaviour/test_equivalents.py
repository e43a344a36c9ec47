"""Faults that change nothing are proven to, or seeded."""

import pytest

from codeflash_core.compiling import compiled
from codeflash_python.behaviour.equivalents import same_instructions
from codeflash_python.behaviour.faults import plan


def dropped(body: str) -> bool:
    """Whether some fault drops the ``continue`` of a loop."""
    text = f"def f(a, b):\n    for x in a:\n        {body}\n    return b\n"
    return any(each.before == "continue" for each in plan("", text, seed=0) if each.role == "fault")


@pytest.mark.parametrize(
    ("body", "seeded"),
    [
        ("if x: continue", False),
        ("if x:\n            b.g()\n        else:\n            continue", False),
        ("with b:\n            if x: continue", False),
        ("match x:\n            case 1:\n                continue", False),
        ("try:\n            b.g()\n        except E:\n            continue", False),
        ("try:\n            continue\n        except E:\n            b.g()", False),
        ("if x: continue\n        b.g()", True),
        ("try:\n            if x: continue\n        except E: pass\n        else: b.g()", True),
        ("try:\n            b.g()\n        finally:\n            continue", True),
        ("while b:\n            if x: continue\n            b.g()", True),
    ],
)
def test_only_a_continue_at_the_end_of_a_loop_is_idle(body: str, seeded: bool) -> None:
    assert dropped(body) is seeded


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1 + 1", "x = 2", True),
        ("def f():\n    pass\n    return 1", "def f():\n\n    return 1", True),
        ("def f(a):\n    if a:\n        pass\n    return a", "def f(a):\n    if a: pass\n    return a", True),
        ("x = 1", "x = 1.0", False),
        ("x = 1", "x = True", False),
        ("x = 0.0", "x = -0.0", False),
        ("x = (1, 2)", "x = (1, 2.0)", False),
        ("x = a < b", "x = a <= b", False),
        ("x = a + b", "x = a - b", False),
        ("def f(): return 1", "def f(): return 2", False),
        ("def f(a): return a", "def f(b): return b", False),
        ("def f(*a): return a", "def f(a): return a", False),
        ("try:\n    f()\nexcept E:\n    g()", "f()\ng()", False),
        ("while a:\n    f()", "while not a:\n    f()", False),
        ("x = f(a, b=1)", "x = f(a, c=1)", False),
    ],
)
def test_what_compiles_to_the_same_instructions_is_the_same(one: str, other: str, same: bool) -> None:
    first, second = compiled(one), compiled(other)
    assert first is not None
    assert second is not None
    assert same_instructions(first, second) is same


def test_a_fault_that_compiles_to_the_sound_code_is_not_seeded() -> None:
    text = "def f(a):\n    if 0 and a:\n        a = a * 2\n    return a\n"
    assert not any(each.after == "(a + 2)" for each in plan("", text, seed=0) if each.role == "fault")
