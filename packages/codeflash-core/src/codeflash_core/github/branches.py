"""Branches of a repository, and what lies between two commits."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from attrs import frozen

from codeflash_core.errors import GitHubError
from codeflash_core.github.api import GitHub
from codeflash_core.github.reading import entry
from codeflash_core.github.values import Call


@frozen
class Between:
    """How two commits stand to each other.

    Attributes:
        status: Of the second seen from the first: ``ahead``, ``behind``, ``diverged`` or ``identical``.
        merge_base: The commit that both go back to.
        commits: How many the second has that the first has not.
    """

    status: str
    merge_base: str
    commits: int


def compare_call(repository: str, base: str, head: str) -> Call:
    """Asks how two commits stand to each other; the files between them are left for another question."""
    return Call("GET", f"/repos/{repository}/compare/{quote(base)}...{quote(head)}?per_page=1")


def between_of(document: Any) -> Between:
    """What lies between.

    Raises:
        ValueError: It is no comparison.
    """
    return Between(
        status=entry(document, "status", str),
        merge_base=entry(entry(document, "merge_base_commit", dict), "sha", str),
        commits=entry(document, "ahead_by", int, 0),
    )


async def compare(github: GitHub, repository: str, base: str, head: str) -> Between:
    """How two commits stand to each other.

    Raises:
        GitHubError: There is no answer, or none that can be used; so of all that follow.
    """
    return await github.one(compare_call(repository, base, head), between_of)


async def branch_commit(github: GitHub, repository: str, branch: str) -> str:
    """The commit at a branch's tip; empty when there is no such branch."""
    call = Call("GET", f"/repos/{repository}/git/ref/heads/{quote(branch)}")
    try:
        return await github.one(call, lambda each: str(entry(entry(each, "object", dict), "sha", str)))
    except GitHubError as problem:
        if problem.status == 404:
            return ""
        raise
