"""What this program last made of a branch, kept in refs of its own: only that may be replaced."""

from __future__ import annotations

from codeflash_core.errors import DeliveryError
from codeflash_core.git.program import run_git
from codeflash_core.git.repository import Repository

_NONE = "0" * 40


def built(repository: Repository, branch: str) -> str:
    """The commit that a local branch was last moved to by :func:`move_branch`; empty when it never was."""
    return repository.commit_of(_built(branch))


def move_branch(repository: Repository, branch: str, commit: str, before: str) -> None:
    """Let a local branch point to a commit, and remember that it was us; both are done, or neither.

    Args:
        repository: The checkout.
        branch: The branch.
        commit: What it is to be.
        before: What it is until then; empty when there is no such branch.

    Raises:
        DeliveryError: Somebody moved it meanwhile.
    """
    updates = f"update refs/heads/{branch} {commit} {before or _NONE}\nupdate {_built(branch)} {commit}\n"
    said = run_git(repository.top, "update-ref", "--stdin", stdin=updates.encode())
    if said.code:
        raise DeliveryError(f"git can't move {branch}: {said.why}")


def pushed(repository: Repository, remote: str, branch: str) -> str:
    """The commit that was last pushed to a remote's branch; empty when none was.

    ``refs/remotes`` does not tell: every fetch moves it to what others put there.
    """
    return repository.commit_of(_pushed(remote, branch))


def remember_pushed(repository: Repository, remote: str, branch: str, commit: str) -> None:
    """Remember what was pushed to a remote's branch.

    Raises:
        DeliveryError: It can't be written.
    """
    said = run_git(repository.top, "update-ref", _pushed(remote, branch), commit)
    if said.code:
        raise DeliveryError(f"{branch} was pushed to {remote}, and git can't remember it: {said.why}")


def _built(branch: str) -> str:
    return f"refs/codeflash/built/{branch}"


def _pushed(remote: str, branch: str) -> str:
    return f"refs/codeflash/pushed/{remote}/{branch}"
