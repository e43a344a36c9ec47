"""Describes a project: its root, interpreter, import roots and tests."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from codeflash_core.errors import UsageError
from codeflash_core.model.target import Project
from codeflash_core.ports.projects import Interpreters
from codeflash_python.discovery.interpreters import find_interpreter
from codeflash_python.discovery.roots import import_roots, read_ini, read_pyproject
from codeflash_python.discovery.tree import is_test_file, python_files


def find_project(
    root: Path,
    *,
    python: str = "",
    tests: Sequence[str] = (),
    names: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
    allowed: Interpreters = Interpreters.ANY,
) -> Project:
    """The project at a root.

    Args:
        root: The project's folder.
        python: The target's interpreter; the project's own, the active one or ours when empty.
        tests: Test files or folders; those of the project's configuration, or of custom, when empty.
        names: Targets of interest, such as ``lib/pkg/mod.py::f``: their import roots are found as well.
        environ: The environment; that of this process when None.
        allowed: Which programs may be its interpreter.

    Raises:
        UsageError: The root, a test path or a file is missing.
        PrerequisiteError: The named interpreter is missing, or the interpreter is none of those allowed.
    """
    root = root.resolve()
    if not root.is_dir():
        raise UsageError(f"there is no folder {root}")
    for test in tests:
        if not (root / test.partition("::")[0]).exists():
            raise UsageError(f"there are no tests at {test}", "Paths are relative to the project's root.")
    paths = [name.partition("::")[0] for name in names]
    return Project(
        root=root,
        language="python",
        interpreter=find_interpreter(root, python, os.environ if environ is None else environ, allowed),
        import_roots=import_roots(root, [path for path in paths if not Path(path).is_absolute()]),
        tests=tuple(PurePosixPath(test).as_posix() for test in tests) or default_tests(root),
    )


def default_tests(root: Path) -> tuple[str, ...]:
    """Where the project keeps its tests: as pytest is told, else by custom.

    Returns:
        Files or folders relative to the root; empty when none are found.
    """
    configured = _configured_tests(root)
    if configured:
        return configured
    found = [name for name in ("tests", "test") if (root / name).is_dir()]
    if found:
        return tuple(found)
    files = [path for path in python_files(root) if is_test_file(path) and not path.endswith("conftest.py")]
    folders: list[str] = []
    for path in files:
        parts = PurePosixPath(path).parts
        named = [index for index, part in enumerate(parts[:-1]) if part in ("tests", "test")]
        folders.append("/".join(parts[: named[0] + 1]) if named else path)
    return tuple(dict.fromkeys(folders))


def _configured_tests(root: Path) -> tuple[str, ...]:
    tool = read_pyproject(root).get("tool", {})
    options = tool.get("pytest", {}).get("ini_options", {}) if isinstance(tool, dict) else {}
    value = options.get("testpaths", []) if isinstance(options, dict) else []
    names = value.split() if isinstance(value, str) else list(value)
    for file, section in (("pytest.ini", "pytest"), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        if not names:
            names = read_ini(root, file).get(section, "testpaths", fallback="").split()
    found: list[str] = []
    for name in names:
        if not isinstance(name, str) or name.startswith("/"):
            continue
        matches = sorted(root.glob(name)) if any(sign in name for sign in "*?[") else [root / name]
        found += [match.relative_to(root).as_posix() for match in matches if match.exists()]
    return tuple(dict.fromkeys(found))
