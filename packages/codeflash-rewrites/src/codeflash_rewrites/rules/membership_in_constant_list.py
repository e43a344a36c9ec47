"""R03: a function asks a constant list of its module or class for membership."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from attrs import frozen

from codeflash_rewrites.analysis.conditions import if_that_asks_first
from codeflash_rewrites.analysis.constants import binds, is_changed
from codeflash_rewrites.analysis.scope import scope_of
from codeflash_rewrites.analysis.shadowed import is_builtin
from codeflash_rewrites.analysis.types import kind_of, traced_types
from codeflash_rewrites.rule import MEMBERSHIP, Example, Rewrite, Rule, Subject

SLUG = "membership-in-constant-list"
_FEWEST = 4
_HASHABLE = {"builtins.str", "builtins.int", "builtins.bytes", "builtins.bool", "builtins.float"}


@frozen
class _Constant:
    """A list of the module or of the class that nothing in the module changes."""

    statement: ast.Assign | ast.AnnAssign
    name: str
    element_type: str
    """The one type of all elements, when the text shows them all; else empty."""


def propose(subject: Subject) -> Iterator[Rewrite]:
    """Proposes a frozenset beside the constant."""
    if not is_builtin(subject, "frozenset", "TypeError"):
        return
    groups: dict[str, list[ast.Compare]] = {}
    for node in scope_of(subject).of(ast.Compare):
        match node:
            case ast.Compare(
                ops=[ast.In() | ast.NotIn()], comparators=[ast.Name() | ast.Attribute() as container]
            ):
                groups.setdefault(ast.unparse(container), []).append(node)
    for held, tests in groups.items():
        constant = _constant(subject, held)
        if constant is None or f"frozenset({constant.name})" in subject.source:
            continue
        if any(kind_of(subject, test.left) in {"list", "dict", "set"} for test in tests):
            continue
        yield from _typed(subject, held, constant, tests)
        yield from _guarded(subject, held, constant, tests)
        yield from _plain(subject, held, constant, tests)


def _constant(subject: Subject, held: str) -> _Constant | None:
    owner, _, name = held.rpartition(".")
    if owner:
        cls = subject.owner_class
        first = scope_of(subject).parameters[:1]
        if cls is None or (owner not in first and owner != cls.name):
            return None
        body = cls.body
    else:
        body = subject.module.body
        if name in scope_of(subject).locals or name in scope_of(subject).outer:
            return None
    found = [one for one in body if isinstance(one, ast.Assign | ast.AnnAssign) and binds(one, name)]
    if len(found) != 1 or not subject.text.owns_lines(found[0]) or is_changed(subject, name):
        return None
    value = found[0].value
    if isinstance(value, ast.List | ast.Tuple):
        if len(value.elts) < _FEWEST or not all(isinstance(one, ast.Constant) for one in value.elts):
            return None
        types = {type(one.value).__name__ for one in value.elts if isinstance(one, ast.Constant)}
        return _Constant(found[0], name, types.pop() if len(types) == 1 else "")
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "split":
        words = isinstance(value.func.value, ast.Constant) and isinstance(value.func.value.value, str)
        return _Constant(found[0], name, "str") if words else None
    return None


def _beside(subject: Subject, held: str, constant: _Constant) -> tuple[str, str, str]:
    """The set's bare name, how the function calls it, and the line that makes it."""
    suffix = "_SET" if constant.name.isupper() else "_set"
    name = scope_of(subject).fresh(f"_{constant.name.strip('_')}{suffix}")
    owner = held.rpartition(".")[0]
    return name, f"{owner}.{name}" if owner else name, f"{name} = frozenset({constant.name})"


def _why(held: str) -> str:
    return f"`{held}` never changes; a frozenset beside it answers membership at once."


def _plain(subject: Subject, held: str, constant: _Constant, tests: list[ast.Compare]) -> Iterator[Rewrite]:
    name, called, line = _beside(subject, held, constant)
    edits = [subject.text.insert_after(constant.statement, line)]
    edits += [subject.text.replace(test.comparators[0], called) for test in tests]
    yield subject.rewrite(SLUG, edits, _why(held), "plain", (name,))


def _typed(subject: Subject, held: str, constant: _Constant, tests: list[ast.Compare]) -> Iterator[Rewrite]:
    """Asks the set for elements of the constants' own type only; others walk the list as before."""
    text, kind = subject.text, constant.element_type
    if kind not in {"str", "int", "bytes"} or not is_builtin(subject, "type", kind):
        return
    if not all(isinstance(test.left, ast.Name) for test in tests):
        return
    elements = [test.left.id for test in tests if isinstance(test.left, ast.Name)]
    if all(set(traced_types(subject, one)) & _HASHABLE and _of_one_type(subject, one) for one in elements):
        return
    name, called, line = _beside(subject, held, constant)
    edits = [text.insert_after(constant.statement, line)]
    for test in tests:
        choice = f"({called} if type({text.text(test.left)}) is {kind} else {held})"
        edits.append(text.replace(test.comparators[0], choice))
    yield subject.rewrite(SLUG, edits, _why(held), "typed", (name,))


def _of_one_type(subject: Subject, name: str) -> bool:
    return len(traced_types(subject, name)) == 1


def _guarded(subject: Subject, held: str, constant: _Constant, tests: list[ast.Compare]) -> Iterator[Rewrite]:
    """Falls back to the list for an element that can't be hashed."""
    text, unit = subject.text, subject.text.indent_unit
    name, called, line = _beside(subject, held, constant)
    known = scope_of(subject).fresh("known", f"known_{constant.name.lower()}")
    edits = [text.insert_after(constant.statement, line)]
    for test in tests:
        holder = if_that_asks_first(subject, test)
        if holder is None:
            return
        element = text.text(test.left)
        ask = ["try:", f"{unit}{known} = {element} in {called}"]
        ask += ["except TypeError:  # not hashable", f"{unit}{known} = {element} in {held}"]
        edits.append(text.insert_before(holder, *ask))
        edits.append(text.replace(test, f"not {known}" if isinstance(test.ops[0], ast.NotIn) else known))
    yield subject.rewrite(SLUG, edits, _why(held), "guarded", (name,))


_WORDS = "WORDS = ['a', 'b', 'c', 'd', 'e', 'f']  # in order\n"
SLOW = (
    _WORDS
    + """

def f(word):
    return word not in WORDS
"""
)
FAST = (
    _WORDS
    + """_WORDS_SET = frozenset(WORDS)


def f(word):
    return word not in (_WORDS_SET if type(word) is str else WORDS)
"""
)
FAST_PLAIN = (
    _WORDS
    + """_WORDS_SET = frozenset(WORDS)


def f(word):
    return word not in _WORDS_SET
"""
)
SLOW_METHOD = """\
class C:
    codes = (1, 2, 3, 4, 5, 6, 'x')

    def f(self, n):
        if n in self.codes:
            return 'yes'
        return 'no'
"""
FAST_METHOD = """\
class C:
    codes = (1, 2, 3, 4, 5, 6, 'x')
    _codes_set = frozenset(codes)

    def f(self, n):
        try:
            known = n in self._codes_set
        except TypeError:  # not hashable
            known = n in self.codes
        if known:
            return 'yes'
        return 'no'
"""
LEAVE_CHANGED = (
    _WORDS
    + """

def add(word):
    WORDS.append(word)


def f(word):
    return word in WORDS
"""
)
LEAVE_SHORT = "PAIR = ['a', 'b']\n\n\ndef f(word):\n    return word in PAIR\n"
LEAVE_TEXT = "LETTERS = 'abcdefgh'\n\n\ndef f(letter):\n    return letter in LETTERS\n"

RULE = Rule(
    id="R03",
    slug=SLUG,
    title="Ask a frozenset beside the constant list",
    looks_for="a membership test in a list or tuple of constants that the module or class defines once",
    why_slow="each test walks the list; the elements never change",
    traps=(
        "an element that can't be hashed raises TypeError where the list says no",
        "code elsewhere that changes the list, or a test that patches it",
    ),
    safety="PT",
    complexity="O(n) -> O(1)",
    gain="2.5-4.7x at 6 elements; a real function 10.3x (CPython 3.11)",
    expected=3.0,
    examples=(
        Example(SLOW, FAST, inputs=(("a",), ("z",), (None,), (1,))),
        Example(SLOW, FAST_PLAIN, inputs=(("f",), (b"f",), (None,))),
        Example(SLOW_METHOD, FAST_METHOD, "C.f", inputs=((1,), (True,), (1.0,), ("x",), (9,)), odd=(([1],),)),
        Example(LEAVE_CHANGED),
        Example(LEAVE_SHORT),
        Example(LEAVE_TEXT),
    ),
    needs=MEMBERSHIP,
    propose=propose,
)
