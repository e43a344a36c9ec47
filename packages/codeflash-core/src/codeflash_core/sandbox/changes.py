"""What a program that worked in a private copy changed in it."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import frozen

from codeflash_core.sandbox.tree import LEFT_OUT_FILES, LEFT_OUT_FOLDERS, Tree, looks_secret


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

    Caches and what a copy never holds are passed over. Links are never followed.

    Args:
        tree: The tree as it was made.
        most_files: Files that may have changed.
        most_bytes: Bytes of all new texts together.
    """
    files: dict[str, bytes | None] = {}
    refused: list[str] = []
    seen: set[str] = set()
    size = 0
    for name, entry in _entries(tree):
        seen.add(name)
        before = tree.entries.get(name)
        if entry.is_symlink():
            if before != f"link {os.readlink(entry)}":  # noqa: PTH115 (an entry is no Path)
                refused.append(f"{name} is a new symbolic link")
            continue
        if not entry.is_file(follow_symlinks=False):
            refused.append(f"{name} is no regular file")
            continue
        length = entry.stat(follow_symlinks=False).st_size
        if length > most_bytes:
            refused.append(f"{name} has {length} bytes")
            continue
        data = _read(Path(entry.path))
        if before is not None and before.endswith(hashlib.sha256(data).hexdigest()):
            continue
        if name in tree.masked or looks_secret(entry.name):
            refused.append(f"{name} is of a kind that holds secrets")
            continue
        size += len(data)
        files[name] = data
    for name, before in tree.entries.items():
        if name in seen or before == "folder":
            continue
        if before.startswith("link ") or name in tree.masked:
            refused.append(f"{name} is gone")
        else:
            files[name] = None
    if len(files) > most_files:
        refused.append(f"{len(files)} files changed; {most_files} may")
    if size > most_bytes:
        refused.append(f"the new texts have {size} bytes; {most_bytes} may be")
    return Changes({} if refused else dict(sorted(files.items())), tuple(refused))


def _entries(tree: Tree, folder: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All that is no folder, in no order."""
    with os.scandir(tree.copy / folder) as children:
        for child in children:
            name = f"{folder}/{child.name}" if folder else child.name
            if child.name in LEFT_OUT_FOLDERS or name in tree.environments:
                continue
            if child.is_dir(follow_symlinks=False):
                yield from _entries(tree, name)
            elif not any(fnmatch.fnmatchcase(child.name, pattern) for pattern in LEFT_OUT_FILES):
                yield name, child


def _read(path: Path) -> bytes:
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return b""
        return file.read()
