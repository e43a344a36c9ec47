"""The functions that a change touches."""

from __future__ import annotations

import ast
import re
from pathlib import Path, PurePosixPath

from attrs import frozen

from codeflash_github_app.jobs.cloning import blob, changed_files
from codeflash_github_app.jobs.configuration import Configuration
from codeflash_syntax.parse import SyntaxProblem, functions, parse_module

LARGEST = 1 << 20
"""Bytes of a file that is read at most."""
_PLAIN = re.compile(r"[\w.][\w.+@ -]*(/[\w.+@ -]+)*\.py")
TESTS = frozenset({"tests", "test", "testing"})


@frozen
class Changed:
    """A function that a change touches.

    Attributes:
        path: Its file.
        name: Its dotted name in it.
        line: Where it begins in the new version, from 1.
    """

    path: str
    name: str
    line: int

    @property
    def target(self) -> str:
        """As the engine takes it."""
        return f"{self.path}::{self.name}"


@frozen
class Touched:
    """What a change touches.

    Attributes:
        functions: Those to work on.
        notes: What was left out, and why.
    """

    functions: tuple[Changed, ...]
    notes: tuple[str, ...] = ()


async def touched(place: Path, base: str, head: str, wanted: Configuration) -> Touched:
    """The functions that differ between two commits, those of the repository's own tests left out.

    Args:
        place: The clone.
        base: The commit before.
        head: The commit after.
        wanted: Which files, and how many functions.

    Raises:
        StageError: git fails.
    """
    found: list[Changed] = []
    notes: list[str] = []
    for path in await changed_files(place, base, head):
        if not path.endswith(".py") or _is_test(path) or not wanted.covers(path):
            continue
        if not is_plain(path):
            notes.append(f"left out, because of the signs in its name: {path!a}")
            continue
        after = await blob(place, head, path, LARGEST)
        if after is None:
            notes.append(f"left out, because it is larger than {LARGEST >> 20} MiB: {path}")
            continue
        try:
            found += _differing(path, await blob(place, base, path, LARGEST) or b"", after)
        except SyntaxProblem as problem:
            notes.append(f"{path} does not parse: {problem.message} in line {problem.line}")
    if len(found) > wanted.most_functions:
        rest = len(found) - wanted.most_functions
        notes.append(
            f"{rest} more changed functions were left out: most-functions is {wanted.most_functions}"
        )
    return Touched(tuple(found[: wanted.most_functions]), tuple(notes))


def is_plain(path: str) -> bool:
    """Whether a path stays in the repository and means the same to git, the engine and a reader."""
    return _PLAIN.fullmatch(path) is not None and not {".", ".."}.intersection(path.split("/"))


def _differing(path: str, before: bytes, after: bytes) -> list[Changed]:
    try:
        earlier = _bodies(before)
    except SyntaxProblem:
        earlier = {}
    return [
        Changed(path, name, line)
        for name, (line, body) in _bodies(after).items()
        if name not in earlier or earlier[name][1] != body
    ]


def _bodies(text: bytes) -> dict[str, tuple[int, str]]:
    """Line and body of each function at a module's or a class's top level; comments and layout do not count."""
    try:
        sites = list(functions(parse_module(text)))
        return {
            site.qualname: (site.node.lineno, ast.dump(site.node))
            for site in sites
            if all(isinstance(owner, ast.ClassDef) for owner in site.owners)
        }
    except RecursionError:
        raise SyntaxProblem("it is nested too deeply") from None


def _is_test(path: str) -> bool:
    pure = PurePosixPath(path)
    name = pure.name
    named = name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py")
    return named or bool(TESTS.intersection(pure.parts[:-1]))
