"""Which program runs a project's code, and which the project may not name: it is asked for its version outside the sandbox."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from codeflash_core.errors import PrerequisiteError
from codeflash_core.ports.projects import Interpreters

_A_PYTHON = re.compile(r"(python|pypy|graalpy)[\w.+-]*", re.IGNORECASE)


def find_interpreter(
    root: Path, named: str, environ: Mapping[str, str], allowed: Interpreters = Interpreters.ANY
) -> Path:
    """The program that runs the project's code.

    Args:
        root: The project's root.
        named: What the user asked for, or an empty string.
        environ: The environment.
        allowed: Which programs it may be.

    Raises:
        PrerequisiteError: The named interpreter is not there, or it is none of those allowed.
    """
    found = _named(root, named, environ) if named else _usual(root, environ)
    if allowed is not Interpreters.ANY:
        _refuse_its_own(root.resolve(), found, allowed)
    return found


def _named(root: Path, named: str, environ: Mapping[str, str]) -> Path:
    path = Path(named) if Path(named).is_absolute() else root / named
    for candidate in (path, Path.cwd() / named):
        if _is_program(candidate):
            return candidate
    for folder in environ.get("PATH", "").split(os.pathsep):
        if folder and os.sep not in named and os.access(Path(folder) / named, os.X_OK):
            return Path(folder) / named
    raise PrerequisiteError(f"there is no interpreter {named}", "Give the path of a Python with --python.")


def _usual(root: Path, environ: Mapping[str, str]) -> Path:
    homes = [root / ".venv", root / "venv"]
    if environ.get("VIRTUAL_ENV"):
        homes.append(Path(environ["VIRTUAL_ENV"]))
    programs = (home / part for home in homes for part in ("bin/python", "Scripts/python.exe"))
    return next(filter(_is_program, programs), Path(sys.executable))


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _refuse_its_own(root: Path, path: Path, allowed: Interpreters) -> None:
    """See to it that nothing of the project is started.

    Raises:
        PrerequisiteError: The interpreter is one that the project brings.
    """
    top = _checkout(root)
    places = list(_on_the_way(path))
    within = any(place.is_relative_to(top) for place in places)
    if not within or path == Path(sys.executable):
        return
    if allowed is Interpreters.NOT_ITS_OWN:
        raise PrerequisiteError(
            f"the interpreter lies in a project that is not trusted: {path}",
            "Trust the project, or name an interpreter outside of it (the setting python, --python).",
        )
    if places[-1].is_relative_to(top) or not _A_PYTHON.fullmatch(places[-1].name):
        raise PrerequisiteError(
            f"the interpreter is a file of the project, which the required sandbox does not let run outside of it: {path}",
            "Make the environment with links to a Python of this machine (python -m venv --symlinks, uv venv), name "
            "another interpreter with --python, or use --sandbox auto.",
        )


def _on_the_way(path: Path) -> Iterator[Path]:
    """Where a program lies and where each of its links leads; the last is the file that is run."""
    current = Path(os.path.abspath(path))  # noqa: PTH100 (resolve would follow the links)
    yield current
    for _ in range(40):  # the kernel's own bound on links followed, path_resolution(7)
        current = current.parent.resolve() / current.name
        yield current
        if not current.is_symlink():
            return
        current = Path(os.path.normpath(current.parent / current.readlink()))
    yield path.resolve()


def _checkout(root: Path) -> Path:
    """The outermost repository around a project: what came with it may stand beside it. A home folder kept in git is none."""
    home = Path(os.path.expanduser("~")).resolve()  # noqa: PTH111 (Path.home() raises where there is none)
    folders = [
        folder for folder in (root, *root.parents) if not home.is_relative_to(folder) or folder == root
    ]
    return next((folder for folder in reversed(folders) if (folder / ".git").exists()), root)
