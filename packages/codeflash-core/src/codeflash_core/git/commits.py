"""Commits of named files on a branch of their own: the user's branch, index and other changes stay as they are."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import DeliveryError, StageError
from codeflash_core.git.program import ask_git, run_git
from codeflash_core.git.repository import Repository

_NONE = "0" * 40


@frozen
class Commit:
    """A commit on a branch.

    Attributes:
        id: Its name.
        branch: The branch that was made for it.
    """

    id: str
    branch: str


def write_commit(
    repository: Repository, parent: str, changes: Mapping[str, bytes | None], message: str
) -> str:
    """Write a commit that differs from its parent in the named files only; no branch points to it yet.

    Args:
        repository: The repository.
        parent: The commit to stand on.
        changes: New bytes by path relative to the project; None deletes the file.
        message: Subject, blank line, body.

    Returns:
        Its name.

    Raises:
        DeliveryError: git knows nobody to name as its author, or refuses.
    """
    with tempfile.TemporaryDirectory(prefix="codeflash-index-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        ask_git(repository.project, "read-tree", parent, environment=index)
        lines = []
        for path, content in changes.items():
            name = repository.in_tree(path)
            if content is None:
                lines.append(f"0 {_NONE}\t{name}\0")
            else:
                blob = repository.blob_of(path, content, write=True)
                lines.append(f"{repository.mode_at(parent, path)} {blob}\t{name}\0")
        given = "".join(lines).encode("utf-8", "surrogateescape")
        ask_git(repository.top, "update-index", "-z", "--index-info", stdin=given, environment=index)
        tree = ask_git(repository.project, "write-tree", environment=index).text
    if tree == ask_git(repository.project, "rev-parse", f"{parent}^{{tree}}").text:
        raise DeliveryError("there is nothing to commit: the files are as in the commit before")
    said = run_git(
        repository.project,
        "commit-tree",
        "--no-gpg-sign",
        "-p",
        parent,
        "-F",
        "-",
        tree,
        stdin=message.encode(),
    )
    if said.code:
        hint = ""
        if "user.email" in said.err or "ident" in said.err:
            hint = "Tell git who you are: git config user.name NAME, git config user.email ADDRESS."
        raise DeliveryError(f"git can't commit: {said.why}", hint)
    return said.text


def name_branch(repository: Repository, wanted: str, commit: str) -> Commit:
    """Make a branch for a commit; a number is added where the name is taken.

    A branch that holds the same change already, of a keep that was killed, is taken as it is.

    Raises:
        StageError: git refuses.
    """
    alike = _likeness(repository, commit)
    known = repository.branches_at(f"{wanted}*")
    for number in range(1, 1000):
        name = wanted if number == 1 else f"{wanted}-{number}"
        if name in known:
            if _likeness(repository, known[name]) == alike:
                return Commit(known[name], name)
            continue
        said = run_git(repository.project, "update-ref", f"refs/heads/{name}", commit, _NONE)
        if not said.code:
            return Commit(commit, name)
        if repository.commit_of(f"refs/heads/{name}"):
            continue  # somebody else made it meanwhile
        raise StageError("git", f"git can't make the branch {name}: {said.why}")
    raise StageError("git", f"there are too many branches called {wanted}", "Delete those that were merged.")


def _likeness(repository: Repository, commit: str) -> str:
    return ask_git(repository.project, "log", "-1", "--format=%T %P %s", commit).text


def patch_of(repository: Repository, commit: str, paths: tuple[str, ...]) -> bytes:
    """What the work tree makes of a commit in some files, new ones included, as ``git apply`` takes it."""
    with tempfile.TemporaryDirectory(prefix="codeflash-index-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        ask_git(repository.project, "read-tree", commit, environment=index)
        ask_git(repository.project, "add", "--force", "--all", "--", *paths, environment=index)
        return ask_git(
            repository.project, "diff", "--cached", "--binary", "--no-ext-diff", "--no-textconv", "--no-renames",
            "--no-color", "--src-prefix=a/", "--dst-prefix=b/", "--relative", commit, "--", *paths, environment=index,
        ).out  # fmt: skip


def restore(repository: Repository, commit: str, paths: tuple[str, ...]) -> None:
    """Put files of the work tree back to what they are in a commit; those that it lacks are deleted.

    Raises:
        StageError: A file can't be written.
    """
    there = tuple(path for path in paths if repository.blob_at(commit, path))
    with tempfile.TemporaryDirectory(prefix="codeflash-index-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        ask_git(repository.project, "read-tree", commit, environment=index)
        given = "".join(f"{path}\0" for path in there).encode("utf-8", "surrogateescape")
        if there:
            ask_git(
                repository.project,
                "checkout-index",
                "--force",
                "-z",
                "--stdin",
                stdin=given,
                environment=index,
            )
    for path in paths:
        if path not in there:
            (repository.project / path).unlink(missing_ok=True)
