"""Real repositories."""

import subprocess

import pytest

from codeflash_core.git.repository import find_repository


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    """No settings of whoever runs the tests."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


class Tree:
    """A work tree with a commit in it."""

    def __init__(self, root):
        self.root = root
        root.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Ada")
        self.git("config", "user.email", "ada@example.test")
        self.write("src/a b.py", "old\n")
        self.write("src/ö.py", "ö\n")
        self.commit()

    def git(self, *words):
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, path, text):
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "more")
        return self.git("rev-parse", "HEAD")

    def state(self):
        """All that must not be touched: branch, index, what is staged and what is not."""
        return (
            self.git("symbolic-ref", "HEAD"),
            self.git("rev-parse", "HEAD"),
            self.git("diff", "--cached"),
            self.git("diff"),
            self.git("status", "--porcelain"),
            self.git("ls-files", "--stage"),
        )

    @property
    def repository(self):
        return find_repository(self.root)


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path / "my wörk")
