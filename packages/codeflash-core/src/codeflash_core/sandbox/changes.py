"""What a program that worked in a private copy changed in it."""

from __future__ import annotations

import fnmatch
import hashlib
import io
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

from codeflash_core.sandbox.tree import LEFT_OUT_FILES, LEFT_OUT_FOLDERS, Tree, looks_secret

_SHOWN = 200
"""Characters of a folder's name in a message."""


@frozen
class Changes:
    """The difference between a copy as it was made and as it is.

    Attributes:
        files: New bytes by relative path; None where the file is gone.
        refused: What can't be taken over, and why, one phrase each.
    """

    files: Mapping[str, bytes | None]
    refused: tuple[str, ...] = ()


def changes_of(tree: Tree, *, most_files: int, most_bytes: int) -> Changes:
    """Compare a copy with what was put into it. Nothing may run in it any more.

    Caches and what a copy never holds are passed over. Links are never followed, and what is refused is not kept.

    Args:
        tree: The tree as it was made.
        most_files: Files that may have changed.
        most_bytes: Bytes of all new texts together.
    """
    files: dict[str, bytes | None] = {}
    refused: list[str] = []
    seen: set[str] = set()
    changed = size = 0
    for name, entry in _entries(tree, refused):
        seen.add(name)
        try:
            length = _changed_bytes(tree, name, entry)
            if length is None:
                continue
            changed, size = changed + 1, size + length
            if changed <= most_files and size <= most_bytes:
                files[name] = _read(Path(entry.path))
        except _Refused as problem:
            refused.append(str(problem))
        except OSError as problem:
            refused.append(f"{name} can't be read: {problem.strerror}")
    for name, before in tree.entries.items():
        if name in seen or before == "folder":
            continue
        if before.startswith("link ") or name in tree.masked:
            refused.append(f"{name} is gone")
        else:
            changed += 1
            files[name] = None
    if changed > most_files:
        refused.append(f"{changed} files changed; {most_files} may")
    if size > most_bytes:
        refused.append(f"the new texts have {size} bytes; {most_bytes} may be")
    return Changes({} if refused else dict(sorted(files.items())), tuple(refused))


class _Refused(Exception):
    """An entry can't be taken over."""


def _changed_bytes(tree: Tree, name: str, entry: os.DirEntry[str]) -> int | None:
    """The length of a file that is new or changed; None of what is as it was.

    Raises:
        _Refused: It can't be taken over.
        OSError: It can't be read.
    """
    before = tree.entries.get(name)
    if entry.is_symlink():
        if before != f"link {os.readlink(entry)}":  # noqa: PTH115 (an entry is no Path)
            raise _Refused(f"{name} is a new symbolic link")
        return None
    if not entry.is_file(follow_symlinks=False):
        raise _Refused(f"{name} is no regular file")
    # However large: of what was there before only the digest is known.
    if before is not None and before.endswith(_digest(Path(entry.path))):
        return None
    if name in tree.masked or looks_secret(entry.name):
        raise _Refused(f"{name} is of a kind that holds secrets")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise _Refused(f"{name!r} is no name that a text can hold") from None
    return entry.stat(follow_symlinks=False).st_size


def _entries(tree: Tree, refused: list[str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All that is no folder, in no order; folders that can't be looked into are refused."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(tree.copy / folder) as found:
                children = list(found)
        except OSError as problem:
            refused.append(f"{folder[:_SHOWN]} can't be looked into: {problem.strerror}")
            continue
        for child in children:
            name = f"{folder}/{child.name}" if folder else child.name
            if child.name in LEFT_OUT_FOLDERS or name in tree.environments:
                continue
            if child.is_dir(follow_symlinks=False):
                waiting.append(name)
            elif not any(fnmatch.fnmatchcase(child.name, pattern) for pattern in LEFT_OUT_FILES):
                yield name, child


def _open(path: Path) -> io.BufferedReader:
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    return os.fdopen(handle, "rb")


def _digest(path: Path) -> str:
    with _open(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> bytes:
    with _open(path) as file:
        return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
