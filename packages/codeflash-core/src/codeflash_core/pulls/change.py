"""What a change touches: lines of the version before it, and the functions around them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from attrs import frozen

from codeflash_core.compiling import parsed
from codeflash_core.git.program import ask_git, run_git
from codeflash_core.git.repository import Repository

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_DEF = re.compile(r"^\s*(?:async\s+)?def\s+(\w+)")
_DIFF = ("diff", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", "--src-prefix=a/", "--dst-prefix=b/")  # fmt: skip


@frozen
class Lines:
    """Lines of a file as it was before a change, or the place between two of them.

    Attributes:
        path: The file, as git names it.
        first: The first line, from 1.
        last: The last line; one less than the first where lines were only added there.
    """

    path: str
    first: int
    last: int

    @property
    def is_place(self) -> bool:
        """Whether it is a place between two lines."""
        return self.last < self.first

    def meets(self, other: Lines) -> bool:
        """Whether both speak of the same line, or one of them adds lines inside the other."""
        if self.path != other.path:
            return False
        if self.is_place and other.is_place:
            return self.first == other.first
        # A place lies inside where the lines on both of its sides do.
        if self.is_place:
            return other.first <= self.last and self.first <= other.last
        if other.is_place:
            return other.meets(self)
        return self.first <= other.last and other.first <= self.last


@frozen
class Touched:
    """Something that a change touches.

    Attributes:
        lines: The function around the changed lines, or these lines themselves outside of any.
        name: The function's qualified name; empty outside of any.
    """

    lines: Lines
    name: str = ""

    def __str__(self) -> str:
        return f"{self.lines.path}::{self.name}" if self.name else self.lines.path


def hunks(repository: Repository, base: str, head: str, paths: Sequence[str] = ()) -> tuple[Lines, ...]:
    """The lines of one version that another one changes.

    Args:
        repository: The checkout.
        base: The first version.
        head: The second version.
        paths: Only these files; all when empty.
    """
    found: list[Lines] = []
    for path in paths or changed_files(repository, base, head):
        told = ask_git(repository.top, *_DIFF, "-U0", base, head, "--", path).text
        found += _read_hunks(path, told.split("\n"))
    return tuple(found)


def changed_files(repository: Repository, base: str, head: str) -> dict[str, tuple[int, int]]:
    """Lines added and taken out, by file; of a binary file none."""
    told = ask_git(repository.top, *_DIFF, "--numstat", "-z", base, head).text
    found = {}
    for entry in filter(None, told.split("\0")):
        added, removed, path = entry.split("\t", 2)
        found[path] = (int(added), int(removed)) if added != "-" else (0, 0)
    return found


def touched(repository: Repository, base: str, head: str) -> tuple[Touched, ...]:
    """What a change touches, in the order of the files; new files touch nothing."""
    found: dict[Touched, None] = {}
    texts: dict[str, tuple[Touched, ...]] = {}
    for lines in hunks(repository, base, head):
        path = lines.path
        if path not in texts:
            said = run_git(repository.top, "cat-file", "blob", f"{base}:{path}")
            texts[path] = _functions(path, said.text) if not said.code and path.endswith(".py") else ()
        around = [each for each in texts[path] if _holds(each.lines, lines)]
        # The innermost function: it begins last.
        found[max(around, key=lambda each: each.lines.first, default=Touched(lines))] = None
    return tuple(found)


def is_test(path: str) -> bool:
    """Whether a file belongs to tests or benchmarks, by its name or a folder's."""
    place = PurePosixPath(path)
    if any(part.casefold() in _TEST_FOLDERS for part in place.parts[:-1]):
        return True
    return bool(re.fullmatch(r"(test|bench)[_-].*|.*[_-](tests?|bench)|conftest", place.stem))


_TEST_FOLDERS = {"test", "tests", "testing", "bench", "benches", "benchmark", "benchmarks"}


def lines_of_patch(path: str, patch: str) -> Iterator[Lines]:
    """The old lines that the hunks of a patch change, without those that only stand around them.

    Args:
        path: The file.
        patch: Hunks as ``diff -u`` writes them, headers and context included.
    """
    number = 0
    for line in patch.split("\n"):
        head = _HUNK.match(line)
        if head:
            number = int(head[1]) + (head[2] == "0")  # nothing old: the place is after that line
        elif line.startswith("-"):
            yield Lines(path, number, number)
            number += 1
        elif line.startswith("+"):
            yield Lines(path, number, number - 1)
        elif not line.startswith("\\"):
            number += 1


def functions_of_patch(patch: str) -> frozenset[str]:
    """Names of the functions that the hunks of a patch change lines of, as far as the patch itself tells.

    Args:
        patch: Hunks as ``diff -u`` writes them; a header names the function that its hunk begins in.
    """
    found: set[str] = set()
    name = ""
    for line in patch.split("\n"):
        head = _HUNK.match(line)
        begins = _DEF.search(line[head.end() :] if head else line[1:])
        if begins or head:
            name = begins[1] if begins else ""
        if name and not head and line[:1] in ("+", "-"):
            found.add(name)
    return frozenset(found)


def _read_hunks(path: str, lines: Sequence[str]) -> Iterator[Lines]:
    number = 0
    while number < len(lines):
        head = _HUNK.match(lines[number])
        number += 1
        if head:
            first, count, added = int(head[1]), int(head[2] or 1), int(head[4] or 1)
            yield Lines(path, first if count else first + 1, first + count - 1 if count else first)
            number += count + added  # a line of the file may look like a header


def _functions(path: str, text: str) -> tuple[Touched, ...]:
    tree = parsed(text)
    return tuple(_inside(path, tree.body, "")) if tree is not None else ()


def _inside(path: str, body: Iterable[ast.AST], prefix: str) -> Iterator[Touched]:
    for node in body:
        name = prefix
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}.{node.name}" if prefix else node.name
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if not isinstance(node, ast.ClassDef):
                yield Touched(Lines(path, first, node.end_lineno or first), name)
        yield from _inside(path, ast.iter_child_nodes(node), name)


def _holds(outer: Lines, inner: Lines) -> bool:
    """Whether lines lie inside a function; what is added right behind its last line does not."""
    if inner.is_place:
        return inner.meets(outer)
    return outer.first <= inner.first and inner.last <= outer.last
