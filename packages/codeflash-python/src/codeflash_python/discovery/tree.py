"""The project's Python files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

SKIPPED = {"__pycache__", "node_modules", "site-packages", "dist-packages", "build", "dist", "venv", "env"}
NOT_THE_PRODUCT = {"docs", "doc", "examples", "example", "benchmarks", "setup.py", "noxfile.py", "tasks.py"}
TESTS = {"tests", "test", "testing"}


def python_files(root: Path, under: str = ".") -> Iterator[str]:
    """Python files below a folder, sorted, relative to the root, POSIX style.

    Hidden folders, virtual environments, other people's packages and build results are left out.
    """
    start = root / under
    for folder, subfolders, files in os.walk(start):
        subfolders[:] = sorted(
            name
            for name in subfolders
            if not name.startswith(".")
            and name not in SKIPPED
            and not name.endswith(".egg-info")
            and not Path(folder, name, "pyvenv.cfg").exists()
        )
        for name in sorted(files):
            if name.endswith(".py"):
                yield Path(folder, name).relative_to(root).as_posix()


def is_test_file(path: str) -> bool:
    """Whether a file holds tests or serves them, by the customs of pytest and unittest."""
    pure = PurePosixPath(path)
    name = pure.name
    if (
        name in ("conftest.py", "tests.py", "test.py")
        or name.startswith("test_")
        or name.endswith("_test.py")
    ):
        return True
    return any(part in TESTS for part in pure.parts[:-1])


def is_product(path: str) -> bool:
    """Whether a file belongs to what the project ships: not its tests, documentation, examples or build."""
    parts = PurePosixPath(path).parts
    return not is_test_file(path) and parts[0] not in NOT_THE_PRODUCT
