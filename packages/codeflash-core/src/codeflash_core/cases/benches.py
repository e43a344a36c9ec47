"""Programs that run one benchmark of a project with nothing but its own packages."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from codeflash_core.errors import UsageError

END = "END_OF_BENCH"
"""The line that ends the program in a script."""
IMPORT = "import "


@frozen
class BenchProgram:
    """A program that runs one benchmark.

    Attributes:
        body: What it does; its last step is ``see_that_it_ran``.
        loops: Whether it repeats the measured call ``LOOPS`` times.
        words: Words for Python to be timed in the place of the program, as a shell reads them inside single quotes;
            empty when it is the program itself.
        given: Text of the file ``given.py`` beside the program; empty for none.
    """

    body: str
    loops: bool = True
    words: str = ""
    given: str = ""

    def program(self, changed: Sequence[str]) -> str:
        """The whole text.

        Args:
            changed: Files that the change touches, relative to the top of the repository.
        """
        return f"{_HEAD.format(changed=_tuple(changed))}\n\n{self.body}\nsee_that_it_ran()\n"


def bench_of(target: str) -> BenchProgram:
    """The program for what a result measured.

    Args:
        target: A test, a plain function as ``path.py::name``, or ``import MODULE``.

    Raises:
        UsageError: It is nothing that can be run by itself.
    """
    if target.startswith(IMPORT):
        name = target.removeprefix(IMPORT).strip()
        if not all(part.isidentifier() for part in name.split(".")):
            raise UsageError(f"{name} is no module", "Name the benchmark yourself: --bench FILE.")
        return BenchProgram(
            f"import importlib\n\nimportlib.import_module({name!r})", loops=False, words=f'-c "import {name}"'
        )
    path, separator, name = target.partition("::")
    if not separator or not path.endswith(".py") or "\n" in target:
        raise UsageError(
            f"{target} is no benchmark that can be run by itself", "Name a program to time: --bench FILE."
        )
    last = name.rpartition("::")[2]
    if last.startswith("test"):
        return BenchProgram(_TEST.format(target=target))
    if not name.isidentifier():
        raise UsageError(f"{target} is no function of a file", "Name a program to time: --bench FILE.")
    return BenchProgram(_FUNCTION.format(path=path, name=name))


def given_bench(program: str) -> BenchProgram:
    """Somebody's own program; it repeats what it measures by itself.

    Args:
        program: Its text.
    """
    text = program if program.endswith("\n") else program + "\n"
    return BenchProgram(_GIVEN, loops=False, given=text)


def _tuple(names: Sequence[str]) -> str:
    return "(" + "".join(f"{name!r}, " for name in names).strip() + ")"


_HEAD = '''\
"""Runs one benchmark of the version in this folder, and sees that it is that version which ran."""

import os
import subprocess
import sys

CHANGED = {changed}
LOOPS = int(os.environ["LOOPS"])
HERE = os.path.dirname(os.path.abspath(__file__))
# Nothing beside this file is the project's.
sys.path = [each for each in sys.path if os.path.abspath(each) != HERE]


def see_that_it_ran():
    """End with an error unless a file of the change was loaded from this version's folder."""
    told = subprocess.check_output(["git", "rev-parse", "--show-toplevel"])
    top = os.fsdecode(told).rstrip("\\n")
    mine = {{os.path.realpath(os.path.join(top, name)) for name in CHANGED}}
    files = [getattr(each, "__dict__", {{}}).get("__file__") for each in list(sys.modules.values())]
    loaded = {{os.path.realpath(name) for name in files if isinstance(name, str)}}
    if CHANGED and not mine & loaded:
        sys.exit("no changed file was loaded from %s: another copy was, or the benchmark needs none" % top)
'''

_TEST = '''\
import pytest

REACHED = []


class Repeated:
    """Calls what the test measures LOOPS times."""

    def __init__(self):
        self.extra_info, self.group, self.disabled = {{}}, None, False

    def __call__(self, function, *args, **kwargs):
        REACHED.append(function)
        for _ in range(LOOPS):
            result = function(*args, **kwargs)
        return result

    def pedantic(self, target, args=(), kwargs=None, setup=None, teardown=None, **options):
        REACHED.append(target)
        for _ in range(LOOPS):
            args, kwargs = (setup and setup()) or (args, kwargs or {{}})
            result = target(*args, **kwargs)
            if teardown is not None:
                teardown(*args, **kwargs)
        return result


class Fixture:
    """The fixture of the test; the plugin that is registered last wins."""

    @pytest.fixture(name="benchmark")
    def repeated(self):
        return Repeated()


class Plugin:
    """Repeats a test that is marked as a benchmark as a whole."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config):
        config.pluginmanager.register(Fixture(), "repeated-benchmark")

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        if "benchmark" in pyfuncitem.fixturenames:
            return None
        given = {{name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}}
        REACHED.append(pyfuncitem)
        for _ in range(LOOPS):
            pyfuncitem.obj(**given)
        return True


code = pytest.main(["-q", "-p", "no:cacheprovider", {target!r}], plugins=[Plugin()])
if code or not REACHED:
    sys.exit("pytest ended with %d, and %s" % (code, "measured it" if REACHED else "never measured it"))'''

_FUNCTION = """\
import importlib.util

spec = importlib.util.spec_from_file_location("benchmarked", {path!r})
module = importlib.util.module_from_spec(spec)
sys.modules["benchmarked"] = module
spec.loader.exec_module(module)
for _ in range(LOOPS):
    module.{name}()"""

_GIVEN = """\
import runpy

runpy.run_path(os.path.join(HERE, "given.py"), run_name="__main__")"""
