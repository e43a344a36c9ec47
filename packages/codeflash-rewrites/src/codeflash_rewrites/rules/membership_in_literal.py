"""R45: a membership test walks a list or tuple of constants that is written in place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codeflash_rewrites.analysis.loops import ancestors
from codeflash_rewrites.analysis.names import faithful
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of, traced_types
from codeflash_rewrites.rule import MEMBERSHIP, Example, Rewrite, Rule, Subject

SLUG = "membership-in-literal"
_FEWEST = 4
_KINDS = ("str", "int", "bytes")


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a set display, which the compiler keeps as a frozenset."""
    tests = [node for node in scope_of(subject).of(ast.Compare) if _asks(subject, node)]
    if not tests:
        return
    text = subject.text
    why = "A set of constants is made when the code is compiled, and answers without comparing them in turn."
    edits = [text.replace(test.comparators[0], _as_set(subject, test)) for test in tests]
    yield subject.rewrite(SLUG, edits, why)
    open_ones = [test for test in tests if not _is_of_its_kind(subject, test)]
    if not open_ones or len(open_ones) > 2 or not all(isinstance(test.left, ast.Name) for test in open_ones):
        return
    if not is_builtin(subject, "type", *_KINDS):
        return
    edits = []
    for test in tests:
        new, old = _as_set(subject, test), text.text(test.comparators[0])
        if test in open_ones:
            old = f"({old})" if isinstance(test.comparators[0], ast.Tuple) and old[0] != "(" else old
            new = f"({new} if type({text.text(test.left)}) is {_kind(test)} else {old})"
        edits.append(text.replace(test.comparators[0], new))
    yield subject.rewrite(SLUG, edits, why, "guarded")


def _asks(subject: Subject, test: ast.Compare) -> bool:
    if len(test.ops) != 1 or not isinstance(test.ops[0], ast.In | ast.NotIn) or not _kind(test):
        return False
    if kind_of(subject, test.left) in {"list", "dict", "set", "bytearray", "tuple"}:
        return False
    if any(isinstance(one, ast.JoinedStr) for one in ancestors(subject, test)):
        return False
    return faithful(subject, test.comparators[0])


def _kind(test: ast.Compare) -> str:
    """The one type of enough constants; empty for anything else."""
    held = test.comparators[0]
    if not isinstance(held, ast.List | ast.Tuple) or len(held.elts) < _FEWEST:
        return ""
    kinds = {type(one.value).__name__ if isinstance(one, ast.Constant) else "" for one in held.elts}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return kind if kind in _KINDS else ""


def _is_of_its_kind(subject: Subject, test: ast.Compare) -> bool:
    if kind_of(subject, test.left) == _kind(test):
        return True
    seen = traced_types(subject, test.left.id) if isinstance(test.left, ast.Name) else ()
    return set(seen) == {f"builtins.{_kind(test)}"}


def _as_set(subject: Subject, test: ast.Compare) -> str:
    """The display with braces; comments and line breaks inside it stay."""
    held, text = test.comparators[0], subject.text
    start, end = text.start(held), text.end(held)
    bare = text.source[start] not in "[("
    inner = text.source[start:end] if bare else text.source[start + 1 : end - 1]
    return f"{{{inner}}}"


SLOW = """\
def f(word):
    return word.lower() in ['and', 'or', 'not', 'in', 'is', 'xor']
"""
FAST = """\
def f(word):
    return word.lower() in {'and', 'or', 'not', 'in', 'is', 'xor'}
"""
SLOW_NAME = """\
def f(size):
    if size not in (1, 2, 4, 8, 16):
        return size + 1
    return 0
"""
FAST_NAME = """\
def f(size):
    if size not in ({1, 2, 4, 8, 16} if type(size) is int else (1, 2, 4, 8, 16)):
        return size + 1
    return 0
"""
LEAVE_FEW = "def f(c):\n    return c in ('+', '-')\n"
LEAVE_TEXT = "def f(c):\n    return c in 'aeiou'\n"
LEAVE_COMPUTED = "def f(x, a, b, c):\n    return x in (a, b, c, 1)\n"
LEAVE_LISTS = "def f(a, b):\n    return [a, b] in ('w', 'x', 'y', 'z')\n"

RULE = Rule(
    id="R45",
    slug=SLUG,
    title="Write constants that are asked for membership as a set",
    looks_for="`x in [...]` or `x in (...)` with four or more constants of one type written in place",
    why_slow="each test compares with one constant after another",
    traps=(
        "an element that can't be hashed raises TypeError, where the list says no",
        "an element found among the first two is found sooner in the list",
    ),
    safety="T",
    complexity="",
    gain="2.5-4.7x the test, at 6 constants (CPython 3.11)",
    expected=1.3,
    examples=(
        Example(SLOW, FAST, inputs=(("AND",), ("x",), ("",), (b"and",), (None,))),
        Example(SLOW_NAME, FAST_NAME, inputs=((1,), (3,), (True,), (4.0,)), odd=(([],), ({},), (None,))),
        Example(LEAVE_FEW),
        Example(LEAVE_TEXT),
        Example(LEAVE_COMPUTED),
        Example(LEAVE_LISTS),
    ),
    needs=MEMBERSHIP,
    propose=propose,
)
