"""Branches of a remote: fetched without a trace, looked up, pushed."""

from __future__ import annotations

import re
import secrets

from codeflash_core.errors import DeliveryError, StageError
from codeflash_core.git.program import Said, run_git
from codeflash_core.git.repository import Repository

PUSH_HINT = "See that git may push there: git push {remote} {branch}"


def fetch_branch(repository: Repository, remote: str, branch: str) -> str:
    """The commit at a branch's tip, with all that belongs to it; no ref of the user's is changed.

    Raises:
        StageError: It can't be fetched.
    """
    mine = f"refs/codeflash/{secrets.token_hex(8)}/tip"
    said = run_git(repository.top, *fetch_words(remote, branch, mine))
    try:
        commit = "" if said.code else repository.commit_of(mine)
    finally:
        run_git(repository.top, "update-ref", "-d", mine)
    if not commit:
        raise StageError(
            "git", f"can't fetch {branch} of {remote}: {_why(said)}", f"Try it: git fetch {remote} {branch}"
        )
    return commit


def fetch_words(remote: str, branch: str, into: str) -> tuple[str, ...]:
    """The words after ``git`` that fetch a branch into a ref of one's own."""
    return (
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
        remote, f"+refs/heads/{branch}:{into}",
    )  # fmt: skip


def tracked(repository: Repository, remote: str, branch: str) -> str:
    """Where the checkout last saw a branch of a remote; empty when it never did."""
    return repository.commit_of(f"refs/remotes/{remote}/{branch}")


def remote_tip(repository: Repository, remote: str, branch: str) -> str:
    """The commit at the tip of a remote's branch now; empty when there is no such branch.

    Raises:
        StageError: The remote can't be asked.
    """
    said = run_git(repository.top, "ls-remote", remote, f"refs/heads/{branch}")
    if said.code:
        raise StageError(
            "git", f"can't ask {remote} for its branches: {_why(said)}", f"Try it: git ls-remote {remote}"
        )
    return said.text.partition("\t")[0]


def push_words(remote: str, branch: str, commit: str, replacing: str | None = None) -> tuple[str, ...]:
    """The words after ``git`` that push a commit to a branch.

    Args:
        remote: Where.
        branch: The branch's name there.
        commit: What it is to be.
        replacing: What it has to be until then, where it may be moved back; None where it may only go forward.
    """
    lease = () if replacing is None else (f"--force-with-lease=refs/heads/{branch}:{replacing}",)
    return ("push", "--porcelain", *lease, remote, f"{commit}:refs/heads/{branch}")


def push(repository: Repository, remote: str, branch: str, commit: str, replacing: str | None = None) -> None:
    """Push a commit to a branch, see :func:`push_words`.

    Raises:
        DeliveryError: The remote refuses; the branch there is what it was.
    """
    said = run_git(repository.top, *push_words(remote, branch, commit, replacing))
    if not said.code:
        return
    told = said.out.decode("utf-8", "replace")
    if "[rejected]" in told or "[remote rejected]" in told:
        why = next((line for line in told.splitlines() if line.startswith("!")), "")
        raise DeliveryError(
            f"{remote} has another {branch}, which is not part of yours: {' '.join(why.split()[2:])}",
            f"Look at it: git fetch {remote} {branch}. Take over what is there, or push by hand what it is to be.",
        )
    raise DeliveryError(
        f"can't push {branch} to {remote}: {_why(said)}", PUSH_HINT.format(remote=remote, branch=branch)
    )


def _why(said: Said) -> str:
    """Git's complaint without what an address may hold of a password."""
    lines = [
        line for line in said.err.strip().splitlines() if line.startswith(("fatal:", "error:", "remote:"))
    ]
    return re.sub(r"://[^/@\s]+@", "://", lines[0] if lines else said.why)
