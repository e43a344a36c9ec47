"""Import roots: the folders from which the project's own code imports its modules."""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from codeflash_python.discovery.tree import is_product, python_files

MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")


def find_root(start: Path) -> Path:
    """The project that holds a file or folder: the nearest folder upwards with a project's marker.

    Args:
        start: A file or folder; without any marker above it, its own folder is the project.
    """
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.parents):
        if any((candidate / marker).exists() for marker in MARKERS):
            return candidate
    return folder


def read_pyproject(root: Path) -> Mapping[str, Any]:
    """The parsed ``pyproject.toml``, empty when there is none or it does not parse."""
    try:
        return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def read_ini(root: Path, name: str) -> configparser.ConfigParser:
    """A parsed ``.cfg`` or ``.ini`` file, empty when there is none or it does not parse."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string((root / name).read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error):
        return configparser.ConfigParser(interpolation=None)
    return parser


def import_roots(root: Path, paths: Iterable[str] = ()) -> tuple[str, ...]:
    """Folders for the import path, first come, first searched.

    What the project's configuration names; ``src`` where it holds modules; for each given path the folder
    above the topmost package around it; and the root itself.

    Args:
        root: The project's root.
        paths: Files or folders of interest, relative to the root, POSIX style.

    Returns:
        Folders relative to the root, POSIX style, ``.`` for the root.
    """
    found = [name for name in _configured(root) if (root / name).is_dir()]
    if (
        (root / "src").is_dir()
        and not (root / "src" / "__init__.py").exists()
        and _holds_modules(root / "src")
    ):
        found.append("src")
    for path in paths:
        folder = (root / path).is_dir()
        files = [file for file in python_files(root, path) if is_product(file)] if folder else [path]
        found += [above for file in files if (above := package_folder(root, file)) is not None]
    found.append(".")
    return tuple(dict.fromkeys(found))


def _holds_modules(folder: Path) -> bool:
    return any(folder.glob("*.py")) or any(folder.glob("*/*.py")) or any(folder.glob("*/*/*.py"))


def _configured(root: Path) -> list[str]:
    tool = _table(read_pyproject(root), "tool")
    setuptools = _table(tool, "setuptools")
    found: list[Any] = [
        *_strings(_table(_table(setuptools, "packages"), "find").get("where")),
        *_table(setuptools, "package-dir").values(),
        *_strings(_table(_table(tool, "pdm"), "build").get("package-dir")),
        *_strings(_table(_table(tool, "pytest"), "ini_options").get("pythonpath")),
    ]
    poetry = _table(tool, "poetry").get("packages")
    for package in poetry if isinstance(poetry, list) else ():
        if isinstance(package, dict):
            found.append(package.get("from", "."))
    hatch = _table(_table(_table(_table(tool, "hatch"), "build"), "targets"), "wheel")
    for package in _strings(hatch.get("packages")):
        found.append(PurePosixPath(package).parent.as_posix())
    setup = read_ini(root, "setup.cfg")
    found += _lines(setup.get("options.packages.find", "where", fallback=""))
    for line in _lines(setup.get("options", "package_dir", fallback="")):
        name, _, folder = line.partition("=")
        if not name.strip():
            found.append(folder.strip())
    cleaned = [PurePosixPath(name).as_posix() for name in found if isinstance(name, str) and name]
    return [name for name in cleaned if name != "." and not name.startswith(("/", ".."))]


def _table(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def package_folder(root: Path, path: str) -> str | None:
    """The folder above the topmost package (with ``__init__.py``) around a path; None outside any package."""
    inside = PurePosixPath(path)
    folder = inside.parent if inside.suffix in (".py", ".pyi") else inside
    if not (root / folder / "__init__.py").exists():
        return None
    while folder.parts and (root / folder / "__init__.py").exists():
        folder = folder.parent
    return folder.as_posix()


def module_name(root: Path, path: str, roots: Iterable[str]) -> str:
    """The name under which the project's code imports a file.

    The longest import root that is not itself inside a package of the file's wins; folders without
    ``__init__.py`` below it are namespace packages (PEP 420).

    Args:
        root: The project's root.
        path: The file, relative to the root, POSIX style.
        roots: Import roots, relative to the root.
    """
    file = PurePosixPath(path)
    above = package_folder(root, path)
    # A root inside a package would give a second name to the same file.
    highest = PurePosixPath(above) if above is not None else file.parent
    best = PurePosixPath(".")
    for name in roots:
        candidate = PurePosixPath(name)
        if highest.is_relative_to(candidate) and len(candidate.parts) > len(best.parts):
            best = candidate
    parts = list(file.relative_to(best).with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts)
