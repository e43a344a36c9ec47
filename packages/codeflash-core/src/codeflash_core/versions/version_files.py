"""Files that build tools write from git's tags, and that no commit holds: an exported version lacks them.

Without ``_version.py`` many packages can't be imported. What it says does not matter to a benchmark: the work tree's own is lent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

DECLARED = (
    ("tool", "setuptools_scm", "write_to"),
    ("tool", "setuptools_scm", "version_file"),
    ("tool", "hatch", "build", "hooks", "vcs", "version-file"),
    ("tool", "pdm", "version", "write_to"),
    ("tool", "poetry-dynamic-versioning", "files"),
    ("tool", "versioningit", "write", "file"),
)
"""Where ``pyproject.toml`` names such a file, by the tool that writes it."""
LARGEST = 64 * 1024


def lend_version_files(user: Path, folder: Path) -> tuple[str, ...]:
    """Copy the version files that an exported version declares and lacks from the user's work tree.

    Only modules with ``version`` in their name: a version that is not the user's own may declare anything.

    Args:
        user: The project as the user has it; read only.
        folder: The exported version's project.

    Returns:
        What a reader should know of it.
    """
    notes = []
    for name in dict.fromkeys(_declared(folder)):
        here, there = user / name, folder / name
        if there.exists() or there.is_symlink() or not there.parent.is_dir():
            continue
        if not there.parent.resolve().is_relative_to(folder.resolve()):
            continue
        try:
            usable = here.is_file() and here.resolve().is_relative_to(user.resolve())
            content = here.read_bytes() if usable and here.stat().st_size <= LARGEST else None
        except OSError:
            content = None
        if content is None:
            notes.append(f"{name} is in no commit and not in your work tree: install the project to have it")
            continue
        there.write_bytes(content)
        notes.append(f"{name} is in no commit: both versions have your work tree's")
    return tuple(notes)


def _declared(folder: Path) -> Iterator[str]:
    try:
        table = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    for keys in DECLARED:
        value: Any = table
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and _plain(each):
                yield PurePosixPath(each).as_posix()


def _plain(name: str) -> bool:
    path = PurePosixPath(name)
    inside = not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name
    return inside and path.suffix == ".py" and "version" in path.name
