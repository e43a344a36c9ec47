"""Grounds to run foreign code on, as the user of the test run and, when that is root, as nobody."""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import define, frozen

from codeflash_core.sandbox import Confinement, Mode, Tree, copy_project, detect

_DRIVER = Path(__file__).with_name("driver.py")
_NOBODY = 65534
_IMPORTED = ("codeflash_core", "attr", "attrs", "psutil")


@frozen
class Outcome:
    mechanism: str
    status: int | None
    signal: int | None
    breach: str | None
    cpu: float
    wall: float
    peak: int
    stdout: bytes
    stdout_bytes: int
    stderr: str
    last_words: str
    masked: tuple[str, ...]
    engine: int
    """The process that played the engine, which has ended."""

    def said(self) -> dict[str, object]:
        """What the foreign code printed, when that is one JSON document."""
        assert self.status == 0, self
        return json.loads(self.stdout)


@define
class Ground:
    """A project, a home and a state folder of one user, in a path with a blank and letters beyond ASCII."""

    root: Path
    command: list[str]
    variables: dict[str, str]
    uid: int

    @property
    def project(self) -> Path:
        return self.root / "my pröject"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def state(self) -> Path:
        return self.root / "state"

    def write(self, relative: str, content: str = "") -> Path:
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        self.own()
        return path

    def own(self) -> None:
        if self.uid != os.getuid():
            for path in (self.root, *self.root.rglob("*")):
                os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def digest(self, folder: Path) -> str:
        total = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            total.update(repr((str(path), path.lstat().st_mode, path.lstat().st_mtime_ns)).encode())
            if path.is_file() and not path.is_symlink():
                total.update(path.read_bytes())
        return total.hexdigest()

    def popen(
        self, code: str, *, announce: int = 0, mode: str = "require", **limits: float
    ) -> subprocess.Popen[bytes]:
        order = {
            "project": str(self.project),
            "state": str(self.state),
            "code": textwrap.dedent(code),
            "mode": mode,
            "limits": {"wall_seconds": 60.0, **limits},
            "env": {},
            "announce": announce,
        }
        process = subprocess.Popen(
            [*self.command, str(_driver_for(self))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.home),
                "ENGINE_SECRET": "s3cret-value",
                **self.variables,
            },
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(order).encode())
        process.stdin.close()
        process.stdin = None
        return process

    def run(self, code: str, *, mode: str = "require", **limits: float) -> Outcome:
        process = self.popen(code, mode=mode, **limits)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()
        found = json.loads(out)
        found["stdout"] = base64.b64decode(found["stdout"])
        return Outcome(**{**found, "masked": tuple(found["masked"]), "engine": process.pid})


def _driver_for(ground: Ground) -> Path:
    copied = ground.variables.get("PYTHONPATH")
    return Path(copied) / "driver.py" if copied else _DRIVER


@pytest.fixture(scope="session")
def readable_packages() -> Iterator[Path]:
    """What the driver imports, where every user can read it."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-packages-"))
    for name in _IMPORTED:
        spec = importlib.util.find_spec(name)
        assert spec is not None and spec.origin is not None
        shutil.copytree(
            Path(spec.origin).parent, folder / name, ignore=shutil.ignore_patterns("__pycache__", "tests")
        )
    shutil.copy(_DRIVER, folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@functools.cache
def _nobodys_command(packages: Path) -> tuple[str, ...] | str:
    """How nobody runs the driver, or why it cannot."""
    if os.getuid() != 0:
        return "only root can become nobody"
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return "setpriv is not installed"
    become = (setpriv, f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--")
    # setpriv may start a program that the new user could not: ask it afterwards.
    probe = "import os, sys, codeflash_core.sandbox; sys.exit(sys.version_info < (3, 11) or not os.access(sys.executable, os.X_OK))"
    for python in (sys.executable, "/usr/bin/python3"):
        command = (*become, python)
        done = subprocess.run(
            [*command, "-c", probe],
            env={"PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            return command
    return "no Python 3.11 that nobody can read"


@pytest.fixture(params=["me", "nobody"])
def ground(request: pytest.FixtureRequest, readable_packages: Path) -> Iterator[Ground]:
    """A ground below /tmp with real confinement, for each user."""
    if not detect(Mode.AUTO).confined:
        pytest.skip(f"no confinement here: {detect(Mode.AUTO).missing[0]}")
    variables: dict[str, str] = {}
    command, uid = [sys.executable], os.getuid()
    if request.param == "nobody":
        found = _nobodys_command(readable_packages)
        if isinstance(found, str):
            pytest.skip(found)
        command, uid = list(found), _NOBODY
        variables = {"PYTHONPATH": str(readable_packages), "PYTHONDONTWRITEBYTECODE": "1"}
    yield from _ground(command, variables, uid)


@pytest.fixture
def my_ground() -> Iterator[Ground]:
    """A ground for the user of the test run, whatever confines it."""
    yield from _ground([sys.executable], {}, os.getuid())


def _ground(command: list[str], variables: dict[str, str], uid: int) -> Iterator[Ground]:
    root = Path(tempfile.mkdtemp(prefix="gröund of sandbox ", dir="/tmp"))
    try:
        ground = Ground(root, command, variables, uid)
        for folder in (ground.project, ground.home, ground.state):
            folder.mkdir()
        ground.write("my pröject/shop/__init__.py")
        ground.write("my pröject/shop/ordering.py", "LIMIT = 10\n")
        root.chmod(0o755)
        yield ground
    finally:
        shutil.rmtree(root, ignore_errors=True)


COPY = Confinement("copy", ("a test",))


@pytest.fixture
def confinement() -> Confinement:
    """The weakest one: works everywhere."""
    return COPY


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "my pröject"
    (root / "shop").mkdir(parents=True)
    (root / "shop" / "__init__.py").touch()
    (root / "shop" / "ordering.py").write_text("LIMIT = 10\n")
    return root


@pytest.fixture
def tree(project: Path, tmp_path: Path, confinement: Confinement) -> Tree:
    return copy_project(project, tmp_path / "scratch" / "base", confinement)
