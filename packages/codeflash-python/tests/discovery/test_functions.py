"""Functions are listed from the text."""

from __future__ import annotations

import pytest

from codeflash_python.discovery.functions import Unparsable, definitions

SOURCE = '''
import abc
from typing import overload
import functools

@overload
def f(a: int) -> int: ...
@overload
def f(a: str) -> str: ...
@functools.lru_cache
def f(a):
    def inner():
        return 1
    return inner

async def co():
    await co()

async def agen():
    yield 1

def gen():
    yield from ()

def holder():
    def inner():
        yield 1
    return [lambda: (yield), inner]

class A:
    """Doc."""

    def __new__(cls):
        return object.__new__(cls)

    def method(self):
        return 1

    @staticmethod
    def st(a):
        return a

    @classmethod
    def cl(cls):
        return cls

    def __init_subclass__(cls):
        cls.x = 1

    @property
    def p(self):
        return 1

    @p.setter
    def p(self, value):
        self.x = value

    @functools.cached_property
    def cp(self):
        return 1

    class Inner:
        def deep(self):
            return 1

    @abc.abstractmethod
    def ab(self):
        """Doc."""
        raise NotImplementedError

    def empty(self): ...

if True:
    def conditional():
        return 1
else:
    def conditional():
        return 2

try:
    import nothing
except ImportError:
    def fallback():
        return 1

match 1:
    case 1:
        def matched():
            return 1
'''


@pytest.fixture
def found():
    return {definition.qualname: definition for definition in definitions(SOURCE)}


def test_every_callable_function_is_listed_once(found):
    assert sorted(found) == sorted(
        ["f", "co", "agen", "gen", "holder", "A.__new__", "A.method", "A.st", "A.cl", "A.__init_subclass__",
         "A.p", "A.cp", "A.Inner.deep", "A.ab", "A.empty", "conditional", "fallback", "matched"]
    )  # fmt: skip


def test_the_way_of_binding_is_told(found):
    kinds = {name.partition(".")[2]: found[name].kind for name in found if name.startswith("A.")}
    assert kinds == {
        "__new__": "staticmethod", "method": "method", "st": "staticmethod", "cl": "classmethod",
        "__init_subclass__": "classmethod", "p": "property", "cp": "property", "Inner.deep": "method",
        "ab": "method", "empty": "method",
    }  # fmt: skip
    assert found["f"].kind == "function"


def test_generators_and_coroutines_are_told_apart(found):
    flags = {
        name: (found[name].is_async, found[name].is_generator) for name in ("co", "agen", "gen", "holder")
    }
    assert flags == {
        "co": (True, False),
        "agen": (True, True),
        "gen": (False, True),
        "holder": (False, False),
    }


def test_lines_include_decorators_and_the_last_definition_wins(found):
    lines = SOURCE.splitlines()
    assert lines[found["f"].line - 1] == "@functools.lru_cache"
    assert lines[found["f"].end_line - 1] == "    return inner"
    assert lines[found["conditional"].end_line - 1] == "        return 2"
    assert lines[found["A.p"].end_line - 1] == "        return 1"


def test_empty_bodies_are_told(found):
    assert {name for name, definition in found.items() if definition.is_empty} == {"A.ab", "A.empty"}


def test_a_declared_encoding_and_a_byte_order_mark_are_understood():
    (one,) = definitions("# coding: latin-1\ndef é():\n    return 1\n".encode("latin-1"))
    assert one.qualname == "é"
    (two,) = definitions(b"\xef\xbb\xbfdef f():\n    return 1\n")
    assert two.line == 1


@pytest.mark.parametrize(("source", "line"), [("x = 1\ndef (", 2), ("a\0b", 1), (b"\xff\xfe", 1)])
def test_what_does_not_parse_names_the_line(source, line):
    with pytest.raises(Unparsable) as problem:
        definitions(source)
    assert problem.value.line == line
