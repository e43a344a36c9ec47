"""Which code was loaded is proved, and impostors are refused."""

from __future__ import annotations

import os
import py_compile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ALL = """
import contextlib, functools

def plain(x):
    return x

@functools.lru_cache(maxsize=None)
def cached(x):
    return x

def shout(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs) + "!"
    return wrapper

def opaque(function):
    def wrapper(extra, *args):
        return function(*args)
    return wrapper

@shout
def loud(x):
    return x

@opaque
def hidden(x):
    return x

@contextlib.contextmanager
def managed(x):
    yield x

class Outer:
    class Inner:
        def method(self):
            return __class__
    @staticmethod
    def static(x): return x
    @classmethod
    def of(cls, x): return cls
    @property
    def value(self): return 1
    @value.setter
    def value(self, new): pass
    @functools.cached_property
    def lazy(self): return 2
    def __private(self): return 3

def factory():
    def inside(): return 1
    return inside

alias = len
"""


@pytest.fixture
def proofs(worker: Callable[..., Any], project: Callable[..., Path], any_python: str) -> Callable[[str], Any]:
    started = worker(project({"pkg/__init__.py": "", "pkg/m.py": ALL}), python=any_python)

    def prove(qualname: str, **more: str) -> Any:
        target = {"path": "pkg/m.py", "module": "pkg.m", "qualname": qualname, **more}
        return started.ask("load", target=target)["proofs"][f"pkg/m.py::{qualname}"]

    return prove


def test_every_kind_of_function_is_found_and_proved(proofs: Callable[[str], Any]):
    kinds = {
        "plain": "function",
        "cached": "function",
        "loud": "function",
        "hidden": "function",
        "managed": "function",
        "Outer.Inner.method": "method",
        "Outer.static": "static",
        "Outer.of": "class",
        "Outer.value": "property",
        "Outer.lazy": "cached-property",
        "Outer.__private": "method",
    }
    found = {qualname: proofs(qualname) for qualname in kinds}
    assert {qualname: proof["kind"] for qualname, proof in found.items()} == kinds
    assert all(proof["code"] == proof["expected"] for proof in found.values())
    assert len({proof["sha256"] for proof in found.values()}) == 1


def test_what_is_no_target_is_refused(proofs: Callable[..., Any], failed: type[Exception]):
    for qualname, kind in {
        "missing": "no-target",
        "Outer.missing": "no-target",
        "factory.inside": "no-target",
        "Outer": "wrong-code",
        "alias": "no-target",
    }.items():
        with pytest.raises(failed) as caught:
            proofs(qualname)
        assert getattr(caught.value, "kind", "") == kind, qualname


def test_another_version_than_the_one_asked_for_is_refused(
    proofs: Callable[..., Any], failed: type[Exception]
):
    right = proofs("plain")["sha256"]
    assert proofs("plain", sha256=right)["sha256"] == right
    with pytest.raises(failed, match="wrong-code"):
        proofs("plain", sha256="0" * 64)


TARGET = {"path": "m.py", "module": "m", "qualname": "f"}


def asked(worker: Callable[..., Any], root: Path) -> Any:
    return worker(root).ask("load", target=TARGET)["proofs"]["m.py::f"]


def test_stale_bytecode_is_noticed(worker: Callable[..., Any], project: Callable[..., Path], failed: Any):
    root = project({"m.py": "def f(): return 1\n"})
    py_compile.compile(str(root / "m.py"), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    (root / "m.py").write_text("def f(): return 2\n")
    with pytest.raises(failed, match="wrong-code"):
        asked(worker, root)


def test_same_size_and_time_are_noticed(
    worker: Callable[..., Any], project: Callable[..., Path], failed: Any
):
    root = project({"m.py": "def f(): return 1\n"})
    stamp = (root / "m.py").stat()
    py_compile.compile(str(root / "m.py"))
    (root / "m.py").write_text("def f(): return 2\n")
    os.utime(root / "m.py", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with pytest.raises(failed, match="wrong-code"):
        asked(worker, root)


IMPOSTORS = {
    "another function under the name": "def f(): return 1\ndef g(): return 2\nf.__code__ = g.__code__\n",
    "a module that replaces itself": "import sys, types\ndef f(): return 1\n"
    "n = types.ModuleType('m'); n.f = f; sys.modules['m'] = n\n",
    "code made elsewhere": "exec(compile('def f(): return 3', __file__, 'exec'))\n"
    "if 0:\n    def f(): return 1\n",
    "a built-in": "def f(): return 1\nf = len\n",
}


@pytest.mark.parametrize("text", IMPOSTORS.values(), ids=IMPOSTORS)
def test_impostors_are_refused(
    worker: Callable[..., Any], project: Callable[..., Path], failed: Any, text: str
):
    with pytest.raises(failed, match="wrong-code"):
        asked(worker, project({"m.py": text}))


def test_a_copy_elsewhere_is_refused(worker: Callable[..., Any], project: Callable[..., Path], failed: Any):
    root = project({"m.py": "def f(): return 1\n", "src/m.py": "def f(): return 1\n"})
    target = {"path": "src/m.py", "module": "m", "qualname": "f"}
    with pytest.raises(failed, match="was loaded from"):
        worker(root).ask("load", target=target)


def test_files_outside_the_project_are_refused(
    worker: Callable[..., Any], project: Callable[..., Path], failed: Any
):
    with pytest.raises(failed, match="outside the project"):
        worker(project({})).ask("load", target={"path": "../x.py", "module": "x", "qualname": "f"})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("import sys; sys.exit(3)", "exit"),
        ("1 / 0", "import"),
        ("def f(:", "import"),
        ("import nothing_of_the_kind", "import"),
        ("import errno; raise BlockingIOError(errno.EAGAIN, 'what fork(2) says at its limit')", "processes"),
        ("raise BlockingIOError('of another kind')", "import"),
    ],
)
def test_modules_that_do_not_import_are_refused_by_reason(
    worker: Callable[..., Any], project: Callable[..., Path], failed: Any, text: str, kind: str
):
    with pytest.raises(failed) as caught:
        asked(worker, project({"m.py": text}))
    assert caught.value.kind == kind


@pytest.fixture(autouse=True)
def _no_bytecode(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    yield
