"""What is known of the target's interpreter without running any of the project's code."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import PrerequisiteError

OLDEST = (3, 9)
PROBE = """
import json, sys
prefix = getattr(sys, "base_prefix", sys.prefix)
print(json.dumps([list(sys.version_info[:3]), prefix, getattr(sys, "platlibdir", "lib")]))
"""
"""Any Python can answer it, so that one that is too old is told by its version."""


_A_PYTHON = re.compile(r"(python|pypy|graalpy)[\w.+-]*", re.IGNORECASE)


@frozen
class Interpreter:
    """A Python and the folders it needs.

    Attributes:
        path: The program, as it was given: a virtual environment is found by this path.
        version: Its version.
        prefixes: Folders to show in the sandbox: its installation, its environment, and the folders that
            path configuration files of the environment name.
    """

    path: Path
    version: tuple[int, int, int]
    prefixes: tuple[Path, ...]


def probe(path: Path) -> Interpreter:
    """Ask an interpreter for its version and prefix.

    It is started isolated, without ``site``, and not by a link in an environment: path configuration files can hold code,
    ``pyvenv.cfg`` says where the standard library is imported from, and none of that may run outside the sandbox.

    Raises:
        PrerequisiteError: It does not start, or is too old.
    """
    try:
        done = subprocess.run(
            [str(_program(path)), "-I", "-S", "-c", PROBE],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            # Ctrl-C is ours to answer: an interrupted probe would look like an interpreter that does not work.
            start_new_session=True,
        )
        version, base, libdir = json.loads(done.stdout)
    except subprocess.CalledProcessError as problem:
        if "-I" in str(problem.stderr):
            raise _too_old(path, "before Python 3.4") from problem
        raise PrerequisiteError(
            f"the interpreter does not work: {path} (exit code {problem.returncode})",
            "Give another one with --python.",
        ) from problem
    except (OSError, subprocess.SubprocessError, ValueError) as problem:
        raise PrerequisiteError(
            f"the interpreter does not work: {path} ({problem})", "Give another one with --python."
        ) from problem
    if tuple(version[:2]) < OLDEST:
        raise _too_old(path, f"Python {version[0]}.{version[1]}")
    prefixes = [Path(base)]
    home = path.absolute().parent.parent
    if (home / "pyvenv.cfg").is_file():
        prefixes += [*_named_base(home, Path(base)), home]
    packages = [
        folder
        for prefix in prefixes
        for folder in (prefix / libdir / f"python{version[0]}.{version[1]}" / "site-packages",)
        if folder.is_dir()
    ]
    prefixes += [named for folder in packages for named in _named_folders(folder)]
    return Interpreter(path.absolute(), (version[0], version[1], version[2]), tuple(dict.fromkeys(prefixes)))


def _program(path: Path) -> Path:
    """The file behind a link to a Python; other links, such as those of version managers, go by their name."""
    real = path.resolve()
    return real if _A_PYTHON.fullmatch(real.name) else path


def _named_base(home: Path, base: Path) -> list[Path]:
    """The installation as an environment names it, where that is by a link to it."""
    for line in (home / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition("=")
        named = Path(value.strip()).parent
        if key.strip().lower() == "home" and named.is_absolute() and named.resolve() == base.resolve():
            return [named]
    return []


def _too_old(path: Path, what: str) -> PrerequisiteError:
    return PrerequisiteError(
        f"the interpreter is too old: {path} is {what}", f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed."
    )


def _named_folders(packages: Path) -> list[Path]:
    """Folders that ``.pth`` files add to the path; lines of code in them are passed over."""
    found = []
    for file in sorted(packages.glob("*.pth")):
        try:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                folder = packages / line.strip()
                if folder.is_dir():
                    found.append(folder.resolve())
    return found
