"""How a project is installed, by the files that it has. Nothing of it is run."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from codeflash_core.workflows.quoting import shell_word
from codeflash_core.workflows.values import Setup

PYTHON = "3.13"
"""The version of Python where the project names none."""
UV = "uv==0.13.9"
"""The installer that reads ``uv.lock``."""
ENVIRONMENT = '"$RUNNER_TEMP/project"'
_REQUIREMENTS = (
    "requirements.txt",
    *(f"{name}.txt" for use in ("dev", "test", "tests") for name in (f"requirements-{use}", f"{use}-requirements")),
    *(f"requirements/{use}.txt" for use in ("base", "dev", "test", "tests")),
)  # fmt: skip
_TESTING = ("dev", "test", "tests", "testing")
_PYTEST = re.compile(r"(?<![\w-])pytest(?![\w-])")


def detect(root: Path) -> Setup:
    """The steps that install the project with what its tests need.

    Args:
        root: The project's folder.
    """
    project = _pyproject(root)
    python = _python(root, project)
    if (root / "uv.lock").is_file():
        return Setup("uv.lock", python, _synced(root, project))
    found = tuple(name for name in _REQUIREMENTS if (root / name).is_file())
    words = [word for name in found for word in ("-r", name)]
    told = list(found)
    # A pyproject.toml that only holds settings of tools makes no package.
    if "project" in project or "build-system" in project or (root / "setup.py").is_file():
        told.append("pyproject.toml" if project else "setup.py")
        words += ["-e", f".{_in_brackets(_extras(project))}", *(word for name in _groups(project) for word in ("--group", name))]  # fmt: skip
    if not _names_pytest(root, found, project):
        words.append("pytest")
    install = f"{ENVIRONMENT}/bin/python -m pip install {' '.join(map(shell_word, words))}".rstrip()
    newer = f"{ENVIRONMENT}/bin/python -m pip install --upgrade {shell_word('pip>=25.1')}"
    lines = (f"python -m venv {ENVIRONMENT}", newer if "--group" in words else "", install if words else "")
    return Setup(" and ".join(told), python, tuple(line for line in lines if line))


def _synced(root: Path, project: Mapping[str, Any]) -> tuple[str, ...]:
    """The lock's packages, with the extras and groups that tests need, and pytest where none of them names it."""
    chosen = [word for name in _extras(project) for word in ("--extra", name)]
    chosen += [word for name in _groups(project) for word in ("--group", name)]
    words = " ".join(["uv sync --locked", *chosen])
    sync = f'UV_PROJECT_ENVIRONMENT={ENVIRONMENT} {words} --python "$(command -v python)"'
    more = f"uv pip install --python {ENVIRONMENT}/bin/python pytest"
    tool = project.get("tool")
    own = tool.get("uv") if isinstance(tool, dict) else None
    named = _names_pytest(root, (), project) or bool(_PYTEST.search(repr(_older_group(own))))
    return (f"pipx install {shell_word(UV)}", sync, *([] if named else [more]))


def _older_group(uv: Any) -> Any:
    """What uv installs besides the groups, as it was written before there were any."""
    return uv.get("dev-dependencies") if isinstance(uv, dict) else None


def _pyproject(root: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _python(root: Path, project: Mapping[str, Any]) -> str:
    """The project's own choice, else the range that it supports, else :data:`PYTHON`."""
    try:
        pinned = (root / ".python-version").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        pinned = ""
    if re.fullmatch(r"3\.\d{1,2}(\.\d{1,2})?t?", pinned):
        return pinned
    table = project.get("project")
    wanted = table.get("requires-python") if isinstance(table, dict) else None
    parts = [part.strip() for part in wanted.split(",")] if isinstance(wanted, str) else []
    bounds = [re.fullmatch(r"(>=|<=|<|>)\s*(\d+(?:\.\d+){0,2})", part) for part in parts]
    if bounds and all(bounds):
        return " ".join(f"{bound[1]}{bound[2]}" for bound in bounds if bound)
    return PYTHON


def _extras(project: Mapping[str, Any]) -> tuple[str, ...]:
    table = project.get("project")
    optional = table.get("optional-dependencies") if isinstance(table, dict) else None
    return tuple(name for name in _TESTING if isinstance(optional, dict) and name in optional)


def _in_brackets(names: tuple[str, ...]) -> str:
    return f"[{','.join(names)}]" if names else ""


def _groups(project: Mapping[str, Any]) -> Iterator[str]:
    groups = project.get("dependency-groups")
    return (name for name in _TESTING if isinstance(groups, dict) and name in groups)


def _names_pytest(root: Path, requirements: tuple[str, ...], project: Mapping[str, Any]) -> bool:
    """Whether what is installed brings pytest, as far as it can be read."""
    table = project.get("project")
    optional = table.get("optional-dependencies") if isinstance(table, dict) else None
    tables = (optional, project.get("dependency-groups"))
    listed = [each.get(name) for each in tables if isinstance(each, dict) for name in _TESTING]
    texts = [repr(each) for each in (*listed, table.get("dependencies") if isinstance(table, dict) else None)]
    for name in requirements:
        try:
            texts.append((root / name).read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
    return any(_PYTEST.search(text) for text in texts)
