"""What a page about pull requests needs: upstream and a fork behind a loopback GitHub, and a benchmark in the project."""

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).resolve().parents[3]
TOOLS = str(ROOT / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

from loopback.github import GitHub, github  # noqa: E402 - stands in the folder added above

TOKEN = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
BENCH = """from shop.reports import share_of_revenue
from shop.stock import missing_articles

SHELF = [f"AB-{n:05d}" for n in range(600)]


def test_missing_articles(benchmark):
    assert benchmark(missing_articles, SHELF[::2], SHELF) == []


def test_share_of_revenue(benchmark):
    assert len(benchmark(share_of_revenue, list(range(1, 600)))) == 599
"""
HYPERFINE = """#!/bin/sh
# Runs each command once, where the real one is not installed.
set -eu
while [ $# -gt 0 ]; do
    case $1 in
        --command-name | --warmup | --runs) shift 2 ;;
        *) sh -c "$1" >/dev/null; shift ;;
    esac
done
"""


@frozen
class PullRequests:
    """The server, and what the page's commands find in their environment."""

    server: GitHub
    environment: dict[str, str]

    def replaced(self, command):
        return command

    def check(self):
        """Something was opened, and each time with the token from the environment."""
        assert [path for method, path in self.server.sent if method == "POST"]
        assert set(self.server.tokens) == {f"Bearer {TOKEN}"}


@contextlib.contextmanager
def surroundings(folder):
    """Everything started; the page adds the remotes, whose addresses lead to this disk."""
    shop, hub = folder / "shop", folder / "hub"
    (shop / "tests/test_bench.py").write_text(BENCH)
    _git(shop, "branch", "-M", "main")
    _git(shop, "add", "-A")
    _git(shop, "commit", "-q", "-m", "Add benchmarks")
    for name in ("acme/shop", "ada/shop"):
        (hub / name).parent.mkdir(parents=True)
        _git(folder, "clone", "-q", "--bare", str(shop), str(hub / name))
    (folder / ".gitconfig").write_text(
        f'[user]\n\tname = Ada Lovelace\n\temail = ada@example.test\n[url "{hub}/"]\n\tinsteadOf = https://github.com/\n'
    )
    known = GitHub(
        TOKEN, {"acme/shop": hub / "acme/shop", "ada/shop": hub / "ada/shop"}, {"ada/shop": "acme/shop"}
    )
    with github(known):
        yield PullRequests(
            known, {"GITHUB_API_URL": known.url, "GITHUB_TOKEN": TOKEN, "PATH": _path(folder / "programs")}
        )


def _path(folder):
    folder.mkdir()
    if shutil.which("hyperfine") is None:
        (folder / "hyperfine").write_text(HYPERFINE)
        (folder / "hyperfine").chmod(0o755)
    return f"{Path(sys.executable).parent}:{folder}:{os.environ['PATH']}"


def _git(folder, *words):
    mine = ["git", "-c", "user.name=Docs", "-c", "user.email=docs@example.test"]
    subprocess.run([*mine, *words], cwd=folder, check=True)
