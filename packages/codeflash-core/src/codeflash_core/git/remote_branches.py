"""Branches of a remote: fetched without a trace, looked up, pushed."""

from __future__ import annotations

import re
import secrets

from codeflash_core.errors import DeliveryError, StageError
from codeflash_core.git.program import Said, run_git
from codeflash_core.git.repository import Repository

_REFUSED = re.compile(r"^!\t[^\t]*\t\[(?P<by>remote )?rejected\] \((?P<why>.*)\)$", re.MULTILINE)
"""How ``git push --porcelain`` tells of a branch that was not pushed: git kept it back, or the remote did."""
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
    # Whatever the settings say: no tags, no submodules, and no signature that the remote has to know.
    alone = ("--no-follow-tags", "--recurse-submodules=no", "--no-signed")
    return ("push", "--porcelain", *alone, *lease, remote, f"{commit}:refs/heads/{branch}")


def push(repository: Repository, remote: str, branch: str, commit: str, replacing: str | None = None) -> None:
    """Push a commit to a branch, see :func:`push_words`.

    Raises:
        DeliveryError: The remote refuses; the branch there is what it was.
        StageError: It does not answer in time.
    """
    said = run_git(repository.top, *push_words(remote, branch, commit, replacing))
    if not said.code:
        return
    refused = _REFUSED.search(said.out.decode("utf-8", "replace"))
    if refused and refused["by"]:
        told = _complaint(said, "remote:").removeprefix("remote:").strip()
        raise DeliveryError(
            f"{remote} does not take {branch} ({refused['why']}){told and ': ' + told}",
            "A rule or a hook there stands in the way, or another push at the same time; try it again when that is settled.",
        )
    if refused:
        raise DeliveryError(
            f"{remote} has another {branch}, which is not part of yours ({refused['why']})",
            f"Look at it: git fetch {remote} {branch}. Take over what is there, or push by hand what it is to be.",
        )
    raise DeliveryError(
        f"can't push {branch} to {remote}: {_why(said)}", PUSH_HINT.format(remote=remote, branch=branch)
    )


def _why(said: Said) -> str:
    return _complaint(said, "fatal:", "error:", "remote:") or _without_password(said.why)


def _complaint(said: Said, *beginnings: str) -> str:
    """The first line of git's complaint that begins so; empty when none does."""
    lines = [line for line in said.err.splitlines() if line.partition(":")[2].strip()]
    return _without_password(next((line.rstrip() for line in lines if line.startswith(beginnings)), ""))


def _without_password(text: str) -> str:
    """A text without what an address in it may hold of a password."""
    return re.sub(r"://[^/@\s]+@", "://", text)
