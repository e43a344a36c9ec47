"""Which files of a project a file leads to when it is imported, told from the texts alone."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from codeflash_core.compiling import parsed
from codeflash_syntax.recent import Recent

MOST_FILES = 400
"""Most files that are followed; beyond them nobody waits."""


def imported_files(path: str, known: Mapping[str, str], read: Callable[[str], str | None]) -> tuple[str, ...]:
    """The project's own modules that a file imports, and those that they import.

    Every folder around the file may be on the import path: too many files are better than one too few.

    Args:
        path: The file, relative to the project.
        known: The project's files, by path.
        read: A file's text, or None where it can't be read.
    """
    roots = tuple(str(folder) for folder in PurePosixPath(path).parents)
    found: dict[str, None] = {}
    waiting = [path]
    while waiting and len(found) < MOST_FILES:
        one = waiting.pop()
        text = read(one)
        for name in _imports(text, one, roots) if text is not None else ():
            for candidate in _files_of(name, roots):
                if candidate in known and candidate not in found and candidate != path:
                    found[candidate] = None
                    waiting.append(candidate)
    return tuple(found)


_KEPT: Recent[tuple[bytes, str, tuple[str, ...]], tuple[str, ...]] = Recent(512)
"""What texts may import, by their digests: whole texts would be too much to keep."""


def _imports(text: str, path: str, roots: tuple[str, ...]) -> tuple[str, ...]:
    """Dotted names that a text may import, relative ones as each folder around may begin them."""

    def look() -> tuple[str, ...]:
        tree = parsed(text)
        return tuple(dict.fromkeys(_named(tree, path, roots))) if tree is not None else ()

    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return _KEPT.get((digest, path, roots), look)


def _named(tree: ast.Module, path: str, roots: Sequence[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            for begin in _packages(path, roots, node.level) if node.level else ("",):
                module = ".".join(part for part in (begin, node.module or "") if part)
                yield module
                yield from (f"{module}.{each.name}" if module else each.name for each in node.names)


def _packages(path: str, roots: Sequence[str], level: int) -> Iterator[str]:
    """The packages that a relative import may count from."""
    folder = PurePosixPath(path).parent
    for root in roots:
        if folder.is_relative_to(root):
            parts = folder.relative_to(root).parts
            if len(parts) >= level - 1:
                yield ".".join(parts[: len(parts) - (level - 1)])


def _files_of(module: str, roots: Sequence[str]) -> Iterator[str]:
    """The files that may hold a module, those of the packages around it too: they run when it is imported."""
    parts = [part for part in module.split(".") if part]
    for root in roots:
        for length in range(1, len(parts) + 1):
            place = PurePosixPath(root, *parts[:length])
            yield f"{place}.py"
            yield f"{place / '__init__.py'}"
