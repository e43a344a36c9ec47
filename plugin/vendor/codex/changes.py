"""The change under review and what the engine recorded about it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

LARGEST = 200_000
ROWS = 40


class NoChange(Exception):
    """There is nothing to review, or it cannot be read."""


class Change(NamedTuple):
    """A change of the working tree.

    Attributes:
        root: The repository.
        base: What it is compared with, as a commit.
        diff: Unified diff.
        files: The changed files.
        evidence: Rows of results.tsv, headings first.
    """

    root: Path
    base: str
    diff: str
    files: tuple[str, ...]
    evidence: str

    @property
    def digest(self) -> str:
        """Names this very change."""
        return hashlib.sha256(f"{self.base}\n{self.diff}".encode("utf-8", "surrogateescape")).hexdigest()


def git(folder: Path, *words: str) -> str | None:
    """Run git without its environment variables, pager or hooks; None when it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "--no-pager", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return None if done.returncode else done.stdout.decode("utf-8", "surrogateescape")


def repository(folder: Path) -> Path:
    """Find the repository that holds ``folder``.

    Raises:
        NoChange: There is none.
    """
    found = git(folder, "rev-parse", "--show-toplevel")
    if found is None:
        raise NoChange(f"{folder} is in no git repository")
    return Path(found.rstrip("\n"))


def _session_start(root: Path) -> str:
    """Return the commit that the newest experiment session began at; empty when there is none."""
    states = sorted(root.glob(".codeflash/*/*/*/session.json"), key=lambda path: path.stat().st_mtime)
    for path in reversed(states):
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        session = state.get("session") if isinstance(state, dict) else None
        if isinstance(session, dict) and isinstance(session.get("commit"), str) and session["commit"]:
            return session["commit"]
    return ""


def _base(root: Path, asked: str) -> str:
    """Return the commit to compare with: the one asked for, the session's, where the branch left, or the last one."""
    if asked:
        found = git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{asked}^{{commit}}")
        if found is None:
            raise NoChange(f"{asked} is no commit")
        return found.strip()
    started = _session_start(root)
    if started and git(root, "cat-file", "-e", f"{started}^{{commit}}") is not None:
        return started
    for trunk in ("origin/HEAD", "main", "master"):
        left = git(root, "merge-base", trunk, "HEAD")
        if left is not None:
            return left.strip()
    head = git(root, "rev-parse", "HEAD")
    if head is None:
        raise NoChange("the repository has no commit yet")
    return head.strip()


def evidence(root: Path) -> str:
    """Return the newest rows of every results.tsv, under their two first lines."""
    parts = []
    for path in sorted(root.glob(".codeflash/*/*/*/data/results.tsv")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        parts.append("\n".join(lines[:2] + lines[2:][-ROWS:]))
    return "\n".join(parts)


def change(folder: Path, asked: str = "", paths: tuple[str, ...] = ()) -> Change:
    """Read the change of the working tree.

    Args:
        folder: A folder in the repository.
        asked: What to compare with; empty for the start of the session or of the branch.
        paths: Only these files or folders.

    Raises:
        NoChange: There is none, it is too large to judge as a whole, or git cannot tell.
    """
    root = repository(folder)
    base = _base(root, asked)
    limited = ["--", *(paths or (".",)), ":(exclude).codeflash"]
    plain = ["--no-color", "--no-ext-diff", "--no-textconv"]
    diff = git(root, "diff", *plain, base, *limited)
    names = git(root, "diff", "--name-only", "-z", *plain, base, *limited)
    if diff is None or names is None:
        raise NoChange(f"git cannot compare with {base}")
    if not diff.strip():
        raise NoChange(f"nothing differs from {base[:12]}")
    if len(diff) > LARGEST:
        raise NoChange(f"the change has {len(diff)} characters, at most {LARGEST}: name some paths")
    return Change(root, base, diff, tuple(name for name in names.split("\0") if name), evidence(root))
