"""The functions that a change touches."""

from __future__ import annotations

import ast
import asyncio
import re
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from attrs import frozen

from codeflash_core.errors import StageError
from codeflash_core.programs import beside
from codeflash_github_app.jobs.configuration import Configuration
from codeflash_github_app.jobs.contents import Change, changes, contents, sizes
from codeflash_syntax.parse import SyntaxProblem, functions, parse_module

LARGEST = 1 << 20
"""Bytes of a file that is read at most."""
MOST_FILES = 200
"""Files that are looked at."""
MOST_BYTES = 32 << 20
"""Bytes that are read of all of them, in both versions."""
MOST_TOLD = 5
"""Files with odd names that are named."""
LONGEST_PATH = 500
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


async def touched(
    place: Path,
    base: str,
    head: str,
    wanted: Configuration,
    *,
    seconds: float = 300.0,
    watch: Callable[[], Awaitable[None]] | None = None,
) -> Touched:
    """The functions that differ between two commits, those of the repository's own tests left out.

    Whoever proposes a change chooses how many files there are and what stands in them: no more is read than is worked on.

    Args:
        place: The clone.
        base: The commit before.
        head: The commit after.
        wanted: Which files, and how many functions.
        seconds: How long it may take.
        watch: Runs beside it; an exception out of it ends it.

    Raises:
        StageError: git fails, or it takes longer.
    """
    ended = threading.Event()
    try:
        async with beside(watch), asyncio.timeout(seconds):
            found = await changes(place, base, head)
            picked, notes = await asyncio.to_thread(_picked, found, wanted)
            size = await sizes(place, (name for each in picked for name in (each.before, each.after) if name))
            small, large = _small(picked, size)
            names = [name for each in small for name in (each.before, each.after) if name in size]
            texts = await contents(place, (name for name in names if size[name] <= LARGEST), MOST_BYTES)
            done = await asyncio.to_thread(_read, small, texts, wanted.most_functions, ended)
            return Touched(done.functions, (*notes, *large, *done.notes))
    except TimeoutError:
        raise StageError("clone", f"looking for changed functions took longer than {seconds:.0f} s") from None
    finally:
        ended.set()


def _picked(found: Sequence[Change], wanted: Configuration) -> tuple[list[Change], list[str]]:
    """The files to look at, and what to say of the others."""
    picked: list[Change] = []
    odd: list[str] = []
    notes: list[str] = []
    for each in found:
        path = each.path
        if not path.endswith(".py") or _is_test(path):
            continue
        if len(path) > LONGEST_PATH:
            odd.append(path)
        elif not wanted.covers(path):
            continue
        elif not is_plain(path):
            odd.append(path)
        elif len(picked) == MOST_FILES:
            notes.append(f"only the first {MOST_FILES} changed files were looked at")
            break
        else:
            picked.append(each)
    notes += [f"left out, because of the signs in its name: {path[:200]!a}" for path in odd[:MOST_TOLD]]
    if len(odd) > MOST_TOLD:
        notes.append(f"left out, because of the signs in their names: {len(odd) - MOST_TOLD} more")
    return picked, notes


def _small(picked: Sequence[Change], size: Mapping[str, int]) -> tuple[list[Change], list[str]]:
    """The files that are read, and what to say of the others."""
    small: list[Change] = []
    notes: list[str] = []
    total = 0
    for each in picked:
        here = size.get(each.after)
        if here is None:
            continue  # a module of another repository
        if here > LARGEST:
            notes.append(f"left out, because it is larger than {LARGEST >> 20} MiB: {each.path}")
            continue
        before = size.get(each.before, 0)
        total += here + (before if before <= LARGEST else 0)
        if total > MOST_BYTES:
            notes.append(f"only the first {MOST_BYTES >> 20} MiB of changed files were looked at")
            break
        small.append(each)
    return small, notes


def _read(picked: Sequence[Change], texts: Mapping[str, bytes], most: int, ended: threading.Event) -> Touched:
    """What differs in the files; it stops once there is enough, or when nobody waits for it any more."""
    found: list[Changed] = []
    notes: list[str] = []
    for each in picked:
        if ended.is_set():
            break
        try:
            found += _differing(each.path, texts.get(each.before, b""), texts[each.after])
        except SyntaxProblem as problem:
            notes.append(f"{each.path} does not parse: {problem.message} in line {problem.line}")
        if len(found) > most:
            notes.append(f"further changed functions were left out: most-functions is {most}")
            break
    return Touched(tuple(found[:most]), tuple(notes))


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
