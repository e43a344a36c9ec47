"""Locks that a change no longer holds."""

from __future__ import annotations

import ast

import pytest

from codeflash_python.behaviour.locks import lost_guards

BASE = """
import threading
LOCK = threading.Lock()
_turn = threading.RLock()
COUNT = {"n": 0}
def f(x):
    %s
"""
HELD = "with LOCK:\n        COUNT['n'] += 1\n        return x"


def lost(before: str, after: str) -> list[str]:
    return lost_guards(ast.parse(BASE % before), ast.parse(BASE % after))


def test_a_lock_that_is_gone_is_named():
    assert lost(HELD, "COUNT['n'] += 1\n    return x") == ["f no longer holds LOCK"]


def test_a_lock_is_known_by_what_made_it():
    held = HELD.replace("LOCK", "_turn")
    assert lost(held, HELD) == ["f no longer holds _turn"]


def test_what_it_guarded_may_not_be_used_before_it():
    after = "n = COUNT['n'] + 1\n    with LOCK:\n        COUNT['n'] = n\n    return x"
    assert lost(HELD, after) == ["f uses COUNT without holding LOCK"]


@pytest.mark.parametrize(
    "after",
    [
        HELD,
        "y = x\n    with LOCK:\n        COUNT['n'] += 1\n    return y",
        "LOCK.acquire()\n    try:\n        return x\n    finally:\n        LOCK.release()",
    ],
)
def test_a_lock_that_is_held_is_fine(after: str):
    assert lost(HELD, after) == []


def test_other_context_managers_and_functions_without_locks_are_free():
    assert lost("with open(x) as file:\n        return file.read()", "return x") == []
    assert lost("return COUNT", "return x") == []


def test_methods_guard_attributes():
    text = "class A:\n    def f(self):\n        with self._lock:\n            self.n += 1\n"
    moved = text.replace("            self.n += 1\n", "            pass\n        self.n += 1\n")
    assert lost_guards(ast.parse(text), ast.parse(moved)) == ["A.f uses self.n without holding self._lock"]
