"""Environments for the projects that are judged: pytest and nothing else, as of a project without dependencies."""

from __future__ import annotations

import compileall
import shutil
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement


def make_environment(home: Path) -> Path:
    """An environment with copies of the pytest that is installed here and of what it needs.

    In ours, every start of pytest loads the plugins of ten packages, which takes four times as long as the rest.

    Args:
        home: Where it is made.

    Returns:
        Its interpreter.
    """
    venv.create(home, symlinks=True)
    (packages,) = home.glob("lib/python*/site-packages")
    for found in _with_requirements("pytest", {}).values():
        for name in {
            file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")
        }:
            source = Path(str(found.locate_file(name)))
            if source.is_dir():
                shutil.copytree(source, packages / name, ignore=shutil.ignore_patterns("*-pytest-*.pyc"))
            else:
                shutil.copy2(source, packages / name)
    # The sandbox shows an environment read-only: what is not compiled by then is compiled at every start.
    compileall.compile_dir(packages, quiet=2)
    return home / "bin" / "python"


def _with_requirements(name: str, found: dict[str, Distribution]) -> dict[str, Distribution]:
    """A package and all that it needs, by name."""
    if name not in found:
        found[name] = distribution(name)
        for text in found[name].requires or ():
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                _with_requirements(wanted.name, found)
    return found
