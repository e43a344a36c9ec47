"""A commit's files in a folder of their own: no worktree is registered, the user's index and stash are not read."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import Place, UsageError
from codeflash_core.git.program import ask_git, run_git
from codeflash_core.git.repository import Repository, find_repository


@frozen
class Ref:
    """A version of the project.

    Attributes:
        name: As the user wrote it.
        commit: The commit that it stands for.
        subject: First line of the commit's message.
    """

    name: str
    commit: str
    subject: str


@frozen
class Exported:
    """The files of a commit.

    Attributes:
        folder: Where they lie: the project's folder inside the export.
        notes: What is missing there, such as a submodule.
    """

    folder: Path
    notes: tuple[str, ...] = ()


def resolve_ref(repository: Repository, name: str) -> Ref:
    """The version that a name stands for.

    Raises:
        UsageError: There is no such commit; in a shallow clone the hint says how to get it.
    """
    commit = repository.commit_of(name)
    if not commit:
        shallow = run_git(repository.project, "rev-parse", "--is-shallow-repository").text == "true"
        hint = (
            "This clone is shallow: git fetch --unshallow." if shallow else "See git branch -a and git tag."
        )
        raise UsageError(f"there is no commit {name}", hint)
    return Ref(name, commit, ask_git(repository.project, "log", "-1", "--format=%s", commit).text)


def fetch_pull_request(repository: Repository, number: int) -> tuple[Ref, Ref]:
    """Base and head of a pull request of the remote ``origin``; only objects are fetched, no branch is made.

    Raises:
        UsageError: There is no such remote or pull request.
    """
    # Names of our own for the time being, so that no ref of the user's is overwritten or taken away.
    mine = f"refs/codeflash/{secrets.token_hex(8)}"
    said = run_git(
        repository.project, "fetch", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--quiet",
        "origin", f"+refs/pull/{number}/head:{mine}/head", f"+HEAD:{mine}/origin",
    )  # fmt: skip
    try:
        if said.code:
            raise UsageError(f"can't fetch pull request {number} of origin: {said.why}", "See git remote -v.")
        head = repository.commit_of(f"{mine}/head")
        onto = _onto(repository, number, mine)
        found = run_git(repository.project, "merge-base", onto, head)
        if found.code:
            raise UsageError(
                f"pull request {number} and the branch that it is for have no commit in common here",
                "This may be a shallow clone: git fetch --unshallow.",
            )
        base = found.text
    finally:
        for name in (f"{mine}/head", f"{mine}/origin", f"{mine}/merge"):
            run_git(repository.project, "update-ref", "-d", name)
    return resolve_ref(repository, base), resolve_ref(repository, head)


def _onto(repository: Repository, number: int, mine: str) -> str:
    """The branch that a pull request is for: the first parent of its merge, else the remote's own HEAD."""
    said = run_git(
        repository.project, "fetch", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--quiet",
        "origin", f"+refs/pull/{number}/merge:{mine}/merge",
    )  # fmt: skip
    return f"{mine}/origin" if said.code else f"{mine}/merge^1"


def export(repository: Repository, commit: str, into: Path) -> Exported:
    """Write the files of a commit, as a checkout would have them.

    Args:
        repository: The repository.
        commit: The commit.
        into: An empty folder outside the work tree.

    Raises:
        UsageError: The commit does not hold the project's folder.
        StageError: git refuses.
    """
    notes: list[str] = []
    _export(repository.top, commit, into, notes)
    folder = into / repository.prefix
    # A version may have made the folder a link to somewhere else of this machine.
    if not folder.is_dir() or not folder.resolve().is_relative_to(into.resolve()):
        raise UsageError(
            f"{commit[:10]} has no folder {repository.prefix}", "The project lies elsewhere in that version.",
            Place(repository.prefix, 0),
        )  # fmt: skip
    return Exported(folder, tuple(notes))


def _export(top: Path, commit: str, into: Path, notes: list[str]) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="codeflash-index-", dir=into.parent) as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        ask_git(top, "read-tree", commit, environment=index)
        prefix = f"--prefix={into.as_posix()}/"
        ask_git(top, "checkout-index", "--all", "--force", prefix, environment=index)
    listed = ask_git(top, "ls-tree", "-r", "-z", "--full-tree", commit).text
    for entry in filter(None, listed.split("\0")):
        head, _, path = entry.partition("\t")
        mode, _, name = head.split()
        if mode == "160000":
            _submodule(top / path, name, into / path, path, notes)


def _submodule(place: Path, commit: str, into: Path, path: str, notes: list[str]) -> None:
    inner = find_repository(place) if place.is_dir() else None
    if inner is None or inner.prefix or not inner.commit_of(commit):
        notes.append(f"the submodule {path} is not here at {commit[:10]}: its folder is empty")
        return
    _export(place, commit, into, notes)
