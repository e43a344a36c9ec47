"""A small project with an upstream, a fork and a checkout, all real repositories of git on this disk."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

STOCK = '''"""What is on the shelves."""


def missing_articles(ordered, shelf):
    """Ids that were ordered and are not on the shelf, in order."""
    missing = []
    for article in ordered:
        if article not in shelf:
            missing.append(article)
    return missing


def cheapest(prices):
    """The smallest price."""
    return sorted(prices)[0]


def total(prices):
    """The sum of all prices."""
    return sum(prices)
'''
BENCH = """from shop.stock import cheapest, missing_articles

SHELF = ["AB-%05d" % n for n in range(400)]


def test_missing(benchmark):
    assert benchmark(missing_articles, SHELF[::2], SHELF) == []


def test_cheapest(benchmark):
    assert benchmark(cheapest, list(range(4000, 0, -1))) == 1
"""
FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n\n[tool.pytest.ini_options]\npythonpath = ["src"]\n',
    "src/shop/__init__.py": "",
    "src/shop/stock.py": STOCK,
    "tests/test_bench.py": BENCH,
}
SET = ("    missing = []\n", "    missing, shelf = [], set(shelf)\n")
MIN = ("    return sorted(prices)[0]\n", "    return min(prices)\n")
WHY = "A list is searched from its beginning for each article; a set finds each at once."


class Forked:
    """The three repositories.

    Attributes:
        upstream: The bare repository that pull requests are for.
        fork: The bare repository that branches are pushed to.
        checkout: The work tree; its remotes are ``upstream`` and ``fork``.
    """

    def __init__(self, root: Path, checkout: Path | None = None) -> None:
        """Make them, with one commit on ``main``."""
        self.root = root
        self.upstream, self.fork = root / "hub/acme/shop.git", root / "hub/ada/shop.git"
        self.checkout = checkout or root / "shop"
        for bare in (self.upstream, self.fork):
            bare.mkdir(parents=True)
            self.git("init", "-q", "--bare", "-b", "main", at=bare)
        self.checkout.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Ada")
        self.git("config", "user.email", "ada@example.test")
        for path, text in FILES.items():
            self.write(path, text)
        self.start = self.commit("Start")
        self.git("remote", "add", "upstream", str(self.upstream))
        self.git("remote", "add", "fork", str(self.fork))
        for remote in ("upstream", "fork"):
            self.git("push", "-q", remote, "main")

    def git(self, *words: str, at: Path | None = None, check: bool = True) -> str:
        """What git says in the checkout, or in another repository."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            ["git", *words],
            cwd=at or self.checkout,
            env={**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"git {' '.join(words)}: {done.stderr}")
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        """Write a file of the checkout."""
        place = self.checkout / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def commit(self, message: str) -> str:
        """Commit all of the checkout."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def change(
        self,
        branch: str,
        edit: tuple[str, str],
        message: str = f"Look articles up in a set\n\n{WHY}",
        *,
        onto: str = "main",
    ) -> str:
        """One change of ``stock.py`` on a branch of its own; the checkout is on ``main`` afterwards."""
        self.git("checkout", "-q", "-b", branch, onto)
        place = self.checkout / "src/shop/stock.py"
        text = place.read_text(encoding="utf-8")
        assert edit[0] in text
        place.write_text(text.replace(*edit, 1), encoding="utf-8")
        made = self.commit(message)
        self.git("checkout", "-q", "main")
        return made

    def elsewhere(self, edit: Callable[[Path], None], message: str = "More", *, branch: str = "main") -> str:
        """Somebody else commits to upstream, from a clone of their own."""
        other = self.root / "other"
        if not other.exists():
            self.git("clone", "-q", str(self.upstream), str(other), at=self.root)
            self.git("config", "user.name", "Bob", at=other)
            self.git("config", "user.email", "bob@example.test", at=other)
        self.git("fetch", "-q", "origin", at=other)
        self.git("checkout", "-q", "-B", branch, "origin/main", at=other)
        edit(other)
        self.git("add", "-A", at=other)
        self.git("commit", "-q", "-m", message, at=other)
        self.git("push", "-q", "-f", "origin", branch, at=other)
        return self.git("rev-parse", "HEAD", at=other)

    def state(self) -> tuple[str, ...]:
        """All of the user's that must not be touched: branches, index, stash, changes, worktrees."""
        asked = (
            ("symbolic-ref", "HEAD"),
            ("for-each-ref",),
            ("stash", "list"),
            ("diff", "--cached"),
            ("diff",),
            ("status", "--porcelain"),
            ("ls-files", "--stage"),
            ("worktree", "list"),
        )
        return tuple(self.git(*words) for words in asked)


def comparison(
    base: str,
    head: str,
    *,
    benchmark: str = "tests/test_bench.py::test_missing",
    point: float = 2.0,
    outcome: str = "faster",
) -> dict[str, Any]:
    """What ``codeflash compare BASE HEAD --json`` prints, as far as a case reads it."""
    speedup = {
        "point": point,
        "low": 0.95 * point,
        "high": 1.05 * point,
        "level": 0.999,
        "blocks": 6,
        "clock": "cpu",
    }
    return {
        "schema": 1,
        "base": {"name": "base", "commit": base, "subject": ""},
        "head": {"name": "head", "commit": head, "subject": ""},
        "rows": [
            {
                "benchmark": benchmark,
                "outcome": outcome,
                "speedup": speedup,
                "before_ns": 800_000.0,
                "after_ns": 800_000.0 / point,
            }
        ],
        "machine": {"system": "Linux 6", "processor": "EPYC", "cores": "2"},
    }


def encoded(document: dict[str, Any]) -> bytes:
    """A document as a file holds it."""
    return json.dumps(document).encode()
