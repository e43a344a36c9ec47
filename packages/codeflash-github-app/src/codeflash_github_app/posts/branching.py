"""A change as a branch on a pull request's head: the same change gives the same commit, so pushing it twice changes nothing."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import DeliveryError
from codeflash_core.git.program import ask_git, run_git
from codeflash_github_app.remotes import Remote, plain_environment

PREFIX = "codeflash/"
AUTHOR = ("codeflash", "codeflash-agent@users.noreply.github.com")


@frozen
class Branch:
    """A branch for one change.

    Attributes:
        name: Its name.
        commit: The commit at its tip.
    """

    name: str
    commit: str


def branch_name(number: int, candidate: str) -> str:
    """The branch for one candidate of a pull request.

    Args:
        number: The pull request's number.
        candidate: The candidate's id.
    """
    short = "".join(sign for sign in candidate.lower() if sign.isascii() and sign.isalnum())[:10]
    return f"{PREFIX}{number}/{short or 'change'}"


async def write_branch(clone: Path, parent: str, name: str, diff: str, message: str) -> Branch:
    """Write the commit; nothing is sent.

    Args:
        clone: Where the parent is.
        parent: The commit to stand on.
        name: The branch's name.
        diff: A unified diff against the parent.
        message: Subject, blank line, body.

    Raises:
        DeliveryError: The diff does not apply.
        StageError: git fails.
    """
    return Branch(name, await asyncio.to_thread(_commit, clone, parent, diff, message))


def _commit(clone: Path, parent: str, diff: str, message: str) -> str:
    plain = plain_environment()
    with tempfile.TemporaryDirectory(prefix="codeflash-index-") as folder:
        index = {**plain, "GIT_INDEX_FILE": str(Path(folder) / "index")}
        ask_git(clone, "read-tree", parent, environment=index, alone=True)
        sent = diff.encode("utf-8", "surrogateescape")
        words = ("apply", "--cached", "--whitespace=nowarn", "-")
        said = run_git(clone, *words, stdin=sent, environment=index, alone=True)
        if said.code:
            raise DeliveryError(f"the change does not apply to {parent[:10]}: {said.why}")
        tree = ask_git(clone, "write-tree", environment=index, alone=True).text
    # The parent's own moment: with any other one the commit would have another name each time.
    moment = ask_git(clone, "log", "-1", "--format=%cI", parent, environment=plain, alone=True).text
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", AUTHOR[0]), ("EMAIL", AUTHOR[1]), ("DATE", moment))
    }
    commit = ("commit-tree", "--no-gpg-sign", "-p", parent, "-F", "-", tree)
    return ask_git(clone, *commit, stdin=message.encode(), environment={**plain, **who}, alone=True).text


async def push_branch(clone: Path, remote: Remote, branch: Branch) -> None:
    """Push a branch, alone and never with force.

    Args:
        clone: Where its commit is.
        remote: Where to.
        branch: The branch.

    Raises:
        DeliveryError: Somebody committed to the branch.
        GitHubError: It is refused, or there is no answer.
    """
    refspec = f"{branch.commit}:refs/heads/{branch.name}"
    words = ("push", "--quiet", "--no-verify", remote.url, refspec)
    environment = remote.environment()
    said = await asyncio.to_thread(run_git, clone, *words, environment=environment, alone=True)
    if said.code and "rejected" in said.err:
        raise DeliveryError(f"{branch.name} holds something else by now", "Nothing was overwritten.")
    if said.code:
        raise remote.problem(f"push {branch.name}", said.err)
