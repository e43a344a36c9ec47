"""Real packages made ready: downloaded by their pinned hashes, unpacked, an interpreter with what they need.

Everything lies in a cache folder and is made once. Wheels only: they are unpacked without running anything of them, where pip
would run the build of a source archive.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from codeflash_core.errors import PrerequisiteError
from codeflash_evals.cases.case import Case, Expect, Interpreter, Kind
from codeflash_evals.cases.real_package import RealPackage
from codeflash_evals.cases.template import overlay

PIP_SECONDS = 300.0
_PROJECT = '[project]\nname = "{name}"\nversion = "{version}"\n'


def prepare(package: RealPackage, cache: Path) -> Case:
    """The case behind a manifest.

    Args:
        package: The manifest.
        cache: Where downloads and copies are kept.

    Raises:
        PrerequisiteError: A release can't be downloaded, or is not what was pinned.
    """
    place = cache / package.name
    before = _release(package, package.before, package.before_sha256, place)
    after = _release(package, package.after, package.after_sha256, place)
    workload = place / "workload.py"
    workload.write_text(package.workload, encoding="utf-8")
    root = package.target.partition("::")[0].split("/", 1)[0]
    words: tuple[str, ...] = ("--workload", str(workload))
    if package.tests:
        words += ("--tests", *package.tests)
    interpreter = _interpreter(package, place)
    if interpreter is not None:
        words += ("--python", str(interpreter.path))
    return Case(
        id=package.id,
        kind=Kind.REAL_PACKAGE,
        expect=Expect.FASTER,
        project=before,
        targets=(package.target,),
        hidden=package.hidden,
        reference=_changes(before, after, root),
        asked=(package.target,),
        words=words,
        interpreter=interpreter,
    )


def _changes(before: Path, after: Path, root: str) -> dict[str, bytes | None]:
    """What the later release changed in the package's folder."""
    old, new = (
        {name: data for name, data in overlay(each).items() if name.split("/", 1)[0] == root}
        for each in (before, after)
    )
    names = sorted(old.keys() | new.keys())
    return {name: new.get(name) for name in names if old.get(name) != new.get(name)}


def _release(package: RealPackage, version: str, digest: str, place: Path) -> Path:
    into = place / f"{version}-{digest[:12]}"
    if into.is_dir():
        return into
    draft = place / f".{into.name}.part"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        (draft / "download").mkdir(parents=True)
        wanted = draft / "wanted.txt"
        wanted.write_text(f"{package.package}=={version} --hash=sha256:{digest}\n", encoding="utf-8")
        words = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
        _pip("download", *words, "-d", str(draft / "download"), "-r", str(wanted))
        (archive,) = (draft / "download").iterdir()
        unpacked = _unpack(archive, draft / "unpacked")
    except OSError as problem:
        raise PrerequisiteError(
            f"{package.package} {version} can't be kept in {place}: {problem}"
        ) from problem
    if not (unpacked / "pyproject.toml").exists():
        project = _PROJECT.format(name=package.package, version=version)
        (unpacked / "pyproject.toml").write_text(project, encoding="utf-8")
    unpacked.replace(into)
    shutil.rmtree(draft, ignore_errors=True)
    return into


def _unpack(archive: Path, into: Path) -> Path:
    """The folder that holds the package's files."""
    try:
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(into)
    except (zipfile.BadZipFile, ValueError) as problem:
        raise PrerequisiteError(f"{archive.name} can't be unpacked: {problem}") from problem
    return into


def _interpreter(package: RealPackage, place: Path) -> Interpreter | None:
    """An environment with what the package needs; None where it needs nothing."""
    if not package.requires:
        return None
    venv = place / "venv"
    python, done = venv / "bin" / "python", venv / "installed.txt"
    wanted = "\n".join(package.requires)
    with contextlib.suppress(OSError):
        if done.read_text(encoding="utf-8") == wanted:
            return Interpreter(python, (venv, Path(sys.base_prefix)))
    shutil.rmtree(venv, ignore_errors=True)
    _run([_base_python(), "-m", "venv", "--without-pip", str(venv)])
    _pip("--python", str(python), "install", "--only-binary", ":all:", *package.requires)
    done.write_text(wanted, encoding="utf-8")
    return Interpreter(python, (venv, Path(sys.base_prefix)))


def _pip(*words: str) -> None:
    _run([_base_python(), "-m", "pip", "--quiet", "--disable-pip-version-check", *words])


def _base_python() -> str:
    """The interpreter under our own environment, which has pip."""
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return str(base) if base.exists() else sys.executable


def _run(words: list[str]) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    try:
        done = subprocess.run(
            words, env=kept, stdin=subprocess.DEVNULL, capture_output=True, timeout=PIP_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise PrerequisiteError(f"a real package can't be made ready: {problem}") from problem
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise PrerequisiteError(
            f"a real package can't be made ready: {last[0][:500]}",
            "It takes the package index that pip is configured with.",
        )
