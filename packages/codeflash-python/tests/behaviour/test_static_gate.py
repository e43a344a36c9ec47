"""What a change may not touch, and what is said about the rest."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codeflash_python.behaviour.protected import is_protected
from codeflash_python.behaviour.static_gate import Gate, inspect_change

BASE = dedent('''
    """Module."""
    import os
    import math

    LIMIT = 10
    _INNER = [1]

    def helper(x):
        return x

    def _private(x):
        return x

    class Basket(dict):
        """A basket."""
        size: int = 3

        @property
        def total(self):
            return sum(self)

    @staticmethod
    def f(a, b: int = 1, *args, key=None, **rest) -> list:
        """Doc."""
        return [a]

    def g(items):
        for i in items:
            yield i
''')


def gate(new: str, qualname: str = "f", base: str = BASE, path: str = "pkg/m.py") -> Gate:
    return inspect_change({path: base}, {path: new}, target_path=path, qualname=qualname, tests=("tests",))


def changed(before: str, after: str, qualname: str = "f") -> Gate:
    assert before in BASE
    return gate(BASE.replace(before, after), qualname)


def test_a_changed_body_passes_without_remarks():
    assert changed("return [a]", "return list((a,))") == Gate()


def test_comments_and_layout_do_not_count():
    assert changed("LIMIT = 10", "LIMIT = (  # ten\n    10)") == Gate()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("a, b: int = 1", "a, b: int = 2", "signature of f"),
        ("a, b: int = 1", "a, b: float = 1", "signature of f"),
        ("-> list", "-> tuple", "signature of f"),
        ("key=None", "key=()", "signature of f"),
        ("@staticmethod\n", "", "decorators of f"),
        ("@staticmethod\n", "@print\n@staticmethod\n", "decorators of f"),
        ('"""Doc."""', '"""Other."""', "docstring of f"),
        ("LIMIT = 10", "LIMIT = 11", "existing global LIMIT"),
        ("LIMIT = 10", "", "existing global LIMIT"),
        ("_INNER = [1]", "_INNER = (1,)", "existing global _INNER"),
        ("LIMIT = 10", "LIMIT = 10\nMORE = 1", "public name MORE"),
        ("LIMIT = 10", "LIMIT = 10\nos.sep = 'x'", "assignment to os.sep"),
        ("LIMIT = 10", "LIMIT = 10\nprint()", "when it is imported"),
        ("class Basket(dict)", "class Basket(list)", "base classes of Basket"),
        ("    size: int = 3", "    size: int = 4", "existing attribute Basket.size"),
        ('"""A basket."""', '"""A bag."""', "docstring of Basket"),
        (
            "def helper(x):\n    return x",
            "def helper(x):\n    return x + 0",
            "helper, which is not the target",
        ),
        ("def helper(x):\n    return x", "", "helper is gone"),
        ("return [a]", "import time; return [a]", "the module time"),
        ("return [a]", "import sys; sys.settrace(None); return [a]", ".settrace"),
        ("return [a]", "from sys import _getframe; return [a]", "sys._getframe"),
        ("return [a]", "import gc; gc.disable(); return [a]", "the module gc"),
        ("return [a]", "return [eval('a')]", "eval"),
        ("return [a]", "return [a, os.environ]", ".environ"),
        ("return [a]", "f.__code__ = g.__code__; return [a]", ".__code__"),
        ("return [a]", "import numpy; return [a]", "dependency: numpy"),
        ("return [a]", "yield a", "yields"),
        ("return [a]", "return [a", "does not parse"),
    ],
)
def test_what_must_stay_is_named_when_it_changes(before: str, after: str, said: str):
    refusals = changed(before, after).refusals
    assert any(said in refusal for refusal in refusals), refusals


def test_a_generator_must_stay_one():
    assert changed("        yield i", "        return [i]", "g").refusals == ("g no longer yields",)


def test_the_target_must_not_go():
    assert "f is gone" in gate("x = 1\n", base="def f(): pass\n").refusals


def test_new_private_names_are_allowed_and_named():
    found = changed("LIMIT = 10", "LIMIT = 10\n_TABLE = frozenset((1,))\ndef _fast(x): return x")
    assert (found.refusals, found.adds, found.separate, found.keeps_state) == (
        (),
        ("_TABLE", "_fast"),
        False,
        False,
    )


def test_new_members_of_classes_need_processes_of_their_own():
    found = changed("    size: int = 3", "    size: int = 3\n    def _fast(self): return 1", "Basket.total")
    assert (found.refusals, found.adds, found.separate) == ((), ("Basket._fast",), True)


def test_private_helpers_may_change_with_a_caution():
    found = changed("def _private(x):\n    return x", "def _private(x):\n    return +x")
    assert (found.refusals, found.cautions) == ((), ("also changes _private",))


def test_standard_library_imports_are_a_caution():
    found = changed("return [a]", "import itertools; return [a]")
    assert (found.refusals, found.cautions) == ((), ("new import: itertools",))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "@staticmethod\n",
            "@staticmethod\n@lru_cache(maxsize=64)\n",
            "lru_cache(maxsize=64) on f, at most 64",
        ),
        ("@staticmethod\n", "@staticmethod\n@functools.cache\n", "adds a cache: cache on f, without a bound"),
        ("return [a]", "_INNER.append(a); return [a]", "module list _INNER, without a bound"),
        ("return [a]", "_INNER[0] = a; return [a]", "module list _INNER, without a bound"),
        ("return [a]", "f.seen = a; return [a]", "f.seen"),
        ("return sum(self)", "self._t = sum(self); return self._t", "self._t in Basket.total"),
        (
            "return [a]",
            "global LIMIT; LIMIT += 1; return [a]",
            "module variable LIMIT, one value",
        ),
    ],
)
def test_new_state_is_flagged(before: str, after: str, said: str):
    found = changed(before, after, "Basket.total" if "self" in before else "f")
    assert found.keeps_state
    assert any(said in caution for caution in found.cautions), found.cautions


def test_state_that_was_there_is_not_flagged():
    base = "_SEEN = {}\ndef f(x):\n    _SEEN[x] = 1\n    return x\n"
    assert gate(base.replace("return x", "return +x"), base=base) == Gate()


def test_local_containers_are_no_state():
    base = "seen = []\ndef f(x):\n    return x\n"
    assert not gate(base.replace("return x", "seen = []; seen.append(x); return x"), base=base).keeps_state


@pytest.mark.parametrize(
    "path",
    ["tests/helper.py", "test_a.py", "pkg/a_test.py", "conftest.py", "pkg/conftest.py", "pyproject.toml",
     "x.pth", "requirements-dev.txt", "sitecustomize.py", ".github/workflows/ci.yml"],
)  # fmt: skip
def test_tests_and_configuration_are_protected(path: str):
    assert is_protected(path, ("tests",))
    assert inspect_change({}, {path: ""}, target_path="m.py", qualname="f", tests=("tests",)).refusals


def test_ordinary_files_are_not_protected():
    assert not is_protected("pkg/testing.py", ("tests",))
    assert not is_protected("pkg/m.py", (".",))


def test_other_files_need_processes_of_their_own():
    found = inspect_change(
        {"m.py": "def f(): return 1\n"},
        {"m.py": "def f(): return 2 - 1\n", "new.py": "_x = 1\n", "_old.py": None},
        target_path="m.py",
        qualname="f",
    )
    assert (found.refusals, found.separate) == ((), True)
    assert found.cautions == ("adds the file new.py", "deletes _old.py")


@pytest.mark.parametrize("path", ["old.py", "pkg/__init__.py", "pkg/__main__.py"])
def test_public_modules_stay(path):
    found = inspect_change({path: ""}, {path: None}, target_path="m.py", qualname="f")
    assert found.refusals == (f"deletes the public module {path}",)


@pytest.mark.parametrize("line", ["Path(name).unlink()", "shutil.rmtree(name)", "Path(name).write_text('')"])
def test_code_that_newly_changes_files_is_refused(line):
    base = "def f(name): return name\n"
    assert gate(f"def f(name):\n    {line}\n    return name\n", base=base).refusals


def test_definitions_under_conditions_are_seen():
    base = "import sys\nif sys.platform == 'x':\n    def f(a): return a\nelse:\n    def f(b): return b\n"
    assert gate(base.replace("def f(b)", "def f(c)"), base=base).refusals
    assert gate(base.replace("== 'x'", "!= 'x'"), base=base).refusals


def test_endless_nesting_is_refused_not_fatal():
    assert gate("f = " + "(" * 100_000).refusals
