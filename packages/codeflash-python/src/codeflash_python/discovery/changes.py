"""Which functions changed since a git revision."""

from __future__ import annotations

import ast
import os
import subprocess
from pathlib import Path

from codeflash_core.errors import Place, PrerequisiteError, UsageError
from codeflash_core.model.target import Project, Target
from codeflash_python.discovery.functions import Unparsable, definitions
from codeflash_python.discovery.targets import list_targets
from codeflash_python.discovery.tree import is_product

SECONDS = 60


def changed_functions(before: bytes, after: bytes) -> set[str]:
    """Names of the functions of ``after`` that are new or differ; comments and layout do not count.

    Args:
        before: The file's earlier bytes, empty when it is new.
        after: Its bytes now.

    Raises:
        Unparsable: The file does not parse now; an earlier version that does not counts as empty.
    """
    try:
        earlier = {d.qualname: ast.dump(d.node) for d in definitions(before)}
    except Unparsable:
        earlier = {}
    return {d.qualname for d in definitions(after) if earlier.get(d.qualname) != ast.dump(d.node)}


def changed_targets(project: Project, revision: str) -> tuple[Target, ...]:
    """Targets that changed between a revision and the working tree, untracked files included.

    Args:
        project: The project, inside a git work tree.
        revision: Anything that git resolves to a commit.

    Raises:
        UsageError: Not a git work tree, or no such revision.
        PrerequisiteError: git is not installed.
    """
    root = project.root
    _refuse_without_repository(root)
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    if commit is None:
        raise UsageError(
            f"git knows no revision {revision} here", "--diff compares with a branch, a tag or a commit."
        )
    base = commit.decode().strip()
    listed = _git(
        root, "diff", "--name-only", "-z", "--no-ext-diff", "--no-renames", "--relative", base, "--", "*.py"
    )
    untracked = _git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", "*.py")
    paths = sorted({name.decode("utf-8", "surrogateescape") for name in _names(listed) | _names(untracked)})
    found: list[Target] = []
    for path in paths:
        file = root / path
        if not is_product(path) or not file.is_file():
            continue
        before = _git(root, "show", f"{base}:./{path}") or b""
        try:
            names = changed_functions(before, file.read_bytes())
        except Unparsable as error:
            raise UsageError(
                f"{path} does not parse: line {error.line}: {error.message}", where=Place(path, error.line)
            ) from None
        found += [target for target in list_targets(project, [path]).targets if target.qualname in names]
    return tuple(found)


def _names(listed: bytes | None) -> set[bytes]:
    return set((listed or b"").split(b"\0")) - {b""}


def _refuse_without_repository(root: Path) -> None:
    done = _run(root, "rev-parse", "--is-inside-work-tree")
    if done.returncode == 0 and done.stdout.strip() == b"true":
        return
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode and "not a git repository" not in said:
        # Such as: it belongs to somebody else.
        raise UsageError(
            f"git can't read the repository of {root}: {said.splitlines()[0] if said else 'failed'}"
        )
    raise UsageError(
        f"{root} is no git repository, so nothing is known of what changed",
        "Name targets (path.py::function or a folder), or use --all.",
    )


def _git(root: Path, *arguments: str) -> bytes | None:
    """What git prints; None when it fails."""
    done = _run(root, *arguments)
    return done.stdout if done.returncode == 0 else None


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in the words of no language. Nothing of the repository's configuration is run."""
    try:
        return subprocess.run(
            [
                "git",
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.hooksPath=/dev/null",
                "--no-optional-locks",
                *arguments,
            ],
            cwd=root,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise PrerequisiteError("git is not installed", "--diff needs it.") from None
    except subprocess.TimeoutExpired:
        raise UsageError("git did not answer in time") from None
