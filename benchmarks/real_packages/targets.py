"""The table of targets: what is tried, and the workload script that uses it. Pure."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path

from attrs import frozen

REPEATS = 5
"""How often the workload script goes through the calls ("a few times over")."""

_SCRIPT = '''\
"""Uses {module}.{function} as its users do."""
import functools
import importlib


class iter_factory:
    """Stands for a fresh iterator over the same items in every call."""

    def __init__(self, items):
        self.items = items

    def __call__(self):
        return iter(self.items)


{imports}
{workload}

_module = importlib.import_module({module!r})
_function = functools.reduce(getattr, {function!r}.split("."), _module)


def _fresh(value):
    return value() if isinstance(value, iter_factory) else value


for _ in range({repeats}):
    for _args, _kwargs in A:
        _function(*map(_fresh, _args), **{{name: _fresh(value) for name, value in _kwargs.items()}})
'''


@frozen
class Target:
    """One function of one public package."""

    id: str
    package: str
    """``name==version``."""
    root: str
    """The folder of the unpacked source that goes on the import path."""
    file: str
    module: str
    function: str
    """Qualified name within the module."""
    tests: tuple[str, ...]
    """Arguments for pytest: files, and perhaps a selection."""
    hand_speedup: float
    """What a hand-written version gained on the workload."""
    difficulty: str
    """D1 one rule, D2 a composition, D3 insight."""
    control: bool
    """Nothing worth having was found by hand; nothing should be accepted."""
    workload: str

    @property
    def name(self) -> str:
        """The name of the package without its version."""
        return self.package.partition("==")[0]

    @property
    def spec(self) -> str:
        """The target as ``codeflash optimize`` takes it."""
        return f"{self.file}::{self.function}"

    @property
    def test_paths(self) -> tuple[str, ...]:
        """The files of ``tests``, without a selection by name."""
        return tuple(self.tests[: self.tests.index("-k")]) if "-k" in self.tests else self.tests


def read_targets(file: Path) -> tuple[Target, ...]:
    """Return the targets of a TOML table.

    Raises:
        OSError: the file cannot be read.
        KeyError: a target lacks a key.
    """
    with file.open("rb") as stream:
        rows = tomllib.load(stream)["target"]
    return tuple(
        Target(
            id=row["id"],
            package=row["package"],
            root=row["root"],
            file=row["file"],
            module=row["module"],
            function=row["function"],
            tests=tuple(shlex.split(row["tests"])),
            hand_speedup=float(row["hand_speedup"]),
            difficulty=row["difficulty"],
            control=bool(row.get("control", False)),
            workload=row["workload"],
        )
        for row in rows
    )


def workload_script(target: Target, repeats: int = REPEATS) -> str:
    """Return a script that imports the module and makes every call of the workload ``repeats`` times.

    Names of the workload text that the module itself defines (a helper class, an import) come from the text; the
    text runs at the top level of the script, so that what it defines belongs to ``__main__``.
    """
    return _SCRIPT.format(
        module=target.module,
        function=target.function,
        imports=f"import {target.module}",
        workload=target.workload.strip("\n"),
        repeats=repeats,
    )
