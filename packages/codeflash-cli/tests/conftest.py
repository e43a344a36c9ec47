"""A tiny shop to work on, and the command in this process or in one of its own."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from codeflash_cli.main import main

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n\n[tool.pytest.ini_options]\npythonpath = ["src"]\n',
    "src/shop/__init__.py": "",
    "src/shop/ordering.py": '''"""Orders things."""


def distinct(names):
    """The names without repetitions, in order of first appearance."""
    seen = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return seen


def total(prices):
    """The sum of all prices."""
    return sum(prices)
''',
    "tests/test_ordering.py": """from shop.ordering import distinct, total


def test_distinct_keeps_the_first():
    assert distinct(["b", "a", "b"]) == ["b", "a"]


def test_distinct_of_many():
    names = ["name%d" % (n % 150) for n in range(300)]
    assert distinct(names) == names[:150]


def test_total():
    assert total([1, 2, 3]) == 6
""",
}
FAST = """    return list(dict.fromkeys(names))
"""
SLOW = """    seen = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return seen
"""


@frozen
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@frozen
class Shop:
    """A project with a state folder beside it, and its virtual environment."""

    root: Path
    state: Path
    home: Path

    @property
    def ordering(self) -> Path:
        return self.root / "src/shop/ordering.py"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "COVERAGE_PROCESS_START")
            if name in os.environ
        }
        named = {"CODEFLASH_STATE_DIR": str(self.state), "VIRTUAL_ENV": str(self.home)}
        return {**kept, **named, "PYTHONUTF8": "1"}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "codeflash_cli", *words]

    def run(self, *words: str, environment: Mapping[str, str] | None = None, cwd: Path | None = None) -> Said:
        """The command in a process of its own."""
        done = subprocess.run(
            self.command(*words),
            cwd=cwd or self.root,
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def change(self, path: str, change: Callable[[str], str]) -> None:
        place = self.root / path
        place.write_text(change(place.read_text() if place.exists() else ""))

    def digest(self) -> str:
        """Everything of the tree: names, modes, times and contents."""
        total = hashlib.sha256()
        for path in sorted(self.root.rglob("*")):
            status = path.lstat()
            total.update(repr((str(path), status.st_mode, status.st_mtime_ns)).encode())
            if path.is_file():
                total.update(path.read_bytes())
        return total.hexdigest()

    def processes(self) -> list[int]:
        """Processes that work in the project, or name the state folder in their command."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                words = (entry / "cmdline").read_bytes()
                here = (entry / "cwd").readlink()
                dead = (entry / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
            except OSError:
                continue
            if not dead and (str(self.state).encode() in words or here.is_relative_to(self.root)):
                found.append(int(entry.name))
        return found

    def scratch(self) -> list[str]:
        """Scratch folders of runs that are on the disk."""
        folder = self.state / "scratch"
        return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def make_shop(place: Path, home: Path) -> Shop:
    shop = Shop(place / "my pröject", place / "state", home)
    for name, text in FILES.items():
        path = shop.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return shop


@pytest.fixture
def shop(tmp_path: Path, environment_with_pytest: Path) -> Shop:
    """A project in a path with a blank and a letter beyond ASCII."""
    return make_shop(tmp_path, environment_with_pytest)


@pytest.fixture
def fast() -> Callable[[str], str]:
    """Makes the text of ``ordering.py`` faster; right for what can be hashed."""
    return lambda text: text.replace(SLOW, FAST)


@pytest.fixture
def codeflash(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """``codeflash("rules", "list")`` is the command in this process."""
    monkeypatch.chdir(shop.root)
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(shop.state))
    monkeypatch.setenv("VIRTUAL_ENV", str(shop.home))

    def run(*words: str) -> Said:
        capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@frozen
class Optimized:
    """One run of ``optimize`` with everything that it left behind."""

    shop: Shop
    said: Said
    before: str
    after: str
    patch: Path
    report: Path


@pytest.fixture(scope="session")
def optimized(tmp_path_factory: pytest.TempPathFactory, environment_with_pytest: Path) -> Optimized:
    """The shop after one run that found a faster version; it is shared, so nobody may change it."""
    place = tmp_path_factory.mktemp("optimized")
    shop = make_shop(place, environment_with_pytest)
    before = shop.digest()
    words = ["optimize", "src/shop/ordering.py::distinct", "--json", "--patch", str(place / "patches")]
    said = shop.run(*words, "--report", str(place / "out" / "report.html"), "--budget", "120s")
    (patch,) = [*(place / "patches").glob("*.patch")] or [place / "missing.patch"]
    return Optimized(shop, said, before, shop.digest(), patch, place / "out" / "report.html")


@pytest.fixture(scope="session")
def shop_at(environment_with_pytest: Path) -> Callable[[Path], Shop]:
    """``shop_at(folder)`` is a shop of one's own, for tests that share one among them."""
    return lambda place: make_shop(place, environment_with_pytest)
