"""Merges made beside the work tree: no branch, index or file of the user's takes part."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import DeliveryError, PrerequisiteError, StageError
from codeflash_core.git.program import ask_git, run_git
from codeflash_core.git.repository import Repository


@frozen
class Merged:
    """What two versions give together.

    Attributes:
        tree: The files, with marks of conflict where there are conflicts.
        conflicts: Paths that could not be merged.
    """

    tree: str
    conflicts: tuple[str, ...] = ()


def merge(
    repository: Repository, ours: str, theirs: str, environment: Mapping[str, str] | None = None
) -> Merged:
    """Merge two commits into a tree.

    Args:
        repository: The repository.
        ours: One commit.
        theirs: The other one.
        environment: Variables of git, such as :func:`borrowed_objects` gives.

    Raises:
        PrerequisiteError: This git can't merge beside a work tree.
        StageError: The two have nothing in common, or git refuses.
    """
    said = run_git(
        repository.top, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs,
        environment=environment,
    )  # fmt: skip
    if said.code not in (0, 1):
        if "usage:" in said.err or "unknown option" in said.err:
            raise PrerequisiteError("this git can't merge beside a work tree", "Install git 2.38 or newer.")
        raise StageError("git", f"git can't merge {theirs[:10]} into {ours[:10]}: {said.why}")
    tree, *conflicts = said.text.rstrip("\0").split("\0")
    return Merged(tree, tuple(dict.fromkeys(conflicts)) if said.code else ())


def write_merge(
    repository: Repository,
    tree: str,
    parents: tuple[str, str],
    message: str,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Write a merge commit; the same arguments give the same commit as long as git names the same author.

    Its date is that of the second parent, so that a stack that is built again is the one that was measured.

    Args:
        repository: The repository.
        tree: Its files.
        parents: What was merged.
        message: Its text.
        environment: Variables of git.

    Raises:
        DeliveryError: git knows nobody to name as its author, or refuses.
    """
    date = ask_git(repository.top, "log", "-1", "--format=%cI", parents[1]).text
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    words = [word for parent in parents for word in ("-p", parent)]
    said = run_git(
        repository.top, "commit-tree", "--no-gpg-sign", *words, "-F", "-", tree,
        stdin=message.encode(), environment={**(environment or {}), **dates},
    )  # fmt: skip
    if said.code:
        hint = ""
        if "user.email" in said.err or "ident" in said.err:
            hint = "Tell git who you are: git config user.name NAME, git config user.email ADDRESS."
        raise DeliveryError(f"git can't commit: {said.why}", hint)
    return said.text


@contextmanager
def borrowed_objects(repository: Repository) -> Iterator[dict[str, str]]:
    """Variables with which git writes new objects into a folder that is deleted at the end."""
    told = ask_git(repository.top, "rev-parse", "--git-path", "objects").text
    objects = Path(told) if Path(told).is_absolute() else repository.top / told
    with tempfile.TemporaryDirectory(prefix="codeflash-objects-") as folder:
        yield {"GIT_OBJECT_DIRECTORY": folder, "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(objects)}


def tree_of(repository: Repository, commit: str, environment: Mapping[str, str] | None = None) -> str:
    """The name of a commit's files."""
    return ask_git(repository.top, "rev-parse", f"{commit}^{{tree}}", environment=environment).text


def is_ancestor(repository: Repository, one: str, other: str) -> bool:
    """Whether a commit is another one, or belongs to what it is built on."""
    return run_git(repository.top, "merge-base", "--is-ancestor", one, other).code == 0


def merge_base(repository: Repository, one: str, other: str) -> str:
    """The commit that two versions begin at.

    Raises:
        StageError: They have none in common here.
    """
    said = run_git(repository.top, "merge-base", one, other)
    if said.code:
        raise StageError(
            "git",
            f"{one[:10]} and {other[:10]} have no commit in common here",
            "This may be a shallow clone: git fetch --unshallow.",
        )
    return said.text
