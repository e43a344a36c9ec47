"""What a target needs on disk: the source of its package, a virtual environment, and the package's own tests.

Everything lives in one cache folder outside the repository and is made once:

    sdists/                  what was downloaded
    pristine/<package>/      unpacked, never changed
    trees/<package>/         the copy that is worked on, restored before every target
    venvs/<package>/         interpreter with pytest and what the package's tests import
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from targets import Target

BASE_REQUIREMENTS = ("pytest==8.4.2", "setuptools==80.9.0")
EXTRA_REQUIREMENTS: dict[str, tuple[str, ...]] = {"humanize": ("freezegun==1.5.5", "pytest-cov==7.1.0")}
EDITABLE = frozenset({"humanize"})
"""Packages that look up their own version in the installed metadata when they are imported."""
BROKEN_PYTEST_SECTION = frozenset({"Whoosh"})
"""Packages whose ``setup.cfg`` no pytest of today accepts; their tests run with an empty configuration."""


class PreparationFailed(Exception):
    """A package cannot be downloaded, unpacked or installed."""


@frozen
class TestRun:
    """What the package's own tests said."""

    passed: int
    skipped: int
    failed: tuple[str, ...]
    """Names of the tests that failed or could not be run."""
    note: str = ""


@frozen
class Environment:
    """A package, ready to be worked on."""

    tree: Path
    python: Path


def prepare(target: Target, cache: Path) -> Environment:
    """Make sure that everything is there and return where; the working copy is restored to the original.

    Raises:
        PreparationFailed: with what the failing command printed.
    """
    name = target.name
    pristine, tree, venv = cache / "pristine" / name, cache / "trees" / name, cache / "venvs" / name
    python = venv / "bin" / "python"
    if not python.exists():
        _run([_base_python(), "-m", "venv", str(venv)])
    if not pristine.is_dir():
        _unpack(_download(target, cache / "sdists", python), pristine)
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(pristine, tree, symlinks=True)
    installed = venv / ".installed"
    wanted = " ".join((*BASE_REQUIREMENTS, *EXTRA_REQUIREMENTS.get(name, ())))
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        _run([str(python), "-m", "pip", "install", "--quiet", *wanted.split()])
        if name in EDITABLE:
            _run([str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--editable", str(tree)])
        installed.write_text(wanted, encoding="utf-8")
    return Environment(tree, python)


def own_tests(target: Target, environment: Environment, report: Path) -> TestRun:
    """Run the package's own tests in the working copy, with bytecode and caches kept out of it.

    A selection by name that selects nothing is dropped: the files are run whole.
    """
    note = ""
    code = _pytest(target, environment, target.tests, report)
    if code == 5 and target.tests != target.test_paths:
        note = "the selection by name matches nothing; whole files run"
        code = _pytest(target, environment, target.test_paths, report)
    if not report.exists():
        return TestRun(0, 0, (f"pytest ended with exit code {code} before it ran a test",), note)
    passed, skipped, failed = 0, 0, []
    for case in ET.parse(report).iter("testcase"):
        outcomes = {child.tag for child in case}
        if outcomes & {"failure", "error"}:
            failed.append(f"{case.get('classname')}::{case.get('name')}")
        elif "skipped" in outcomes:
            skipped += 1
        else:
            passed += 1
    return TestRun(passed, skipped, tuple(sorted(failed)), note)


def _pytest(target: Target, environment: Environment, arguments: tuple[str, ...], report: Path) -> int:
    report.unlink(missing_ok=True)
    command = [str(environment.python), "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    if target.name in BROKEN_PYTEST_SECTION:
        command += ["-c", os.devnull, "--rootdir", "."]
    command += [f"--junitxml={report}", *arguments]
    variables = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(report.parent),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(environment.tree / target.root),
    }
    return subprocess.run(
        command, cwd=environment.tree, env=variables, capture_output=True, check=False, timeout=900
    ).returncode


def _base_python() -> str:
    """Return the interpreter under our own virtual environment: theirs must not see ours."""
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return str(base) if base.exists() else sys.executable


def _download(target: Target, folder: Path, python: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = target.package.replace("==", "-").lower().replace("_", "-")

    def found() -> list[Path]:
        return [
            path
            for path in folder.iterdir()
            if path.name.lower().replace("_", "-").startswith(wanted + ".") and not path.name.endswith(".whl")
        ]

    if not found():
        options = ["--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(folder)]
        _run([str(python), "-m", "pip", "download", *options, target.package])
    if not found():
        raise PreparationFailed(f"{target.package}: no source archive was downloaded")
    return found()[0]


def _unpack(archive: Path, place: Path) -> None:
    staging = place.with_name(place.name + ".part")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(staging)
    else:
        with tarfile.open(archive) as opened:
            opened.extractall(staging, filter="data")
    (inside,) = staging.iterdir()
    inside.rename(place)
    staging.rmdir()


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PreparationFailed(f"{' '.join(command)}\n{done.stdout}{done.stderr}".strip())
