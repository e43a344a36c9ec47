"""The requests to the API as values, so that a dry run can show what would be sent."""

from __future__ import annotations

from urllib.parse import quote

from codeflash_core.github.values import Call, NewPullRequest

PER_PAGE = 100


def repository_call(repository: str) -> Call:
    """Asks what a repository is."""
    return Call("GET", f"/repos/{repository}")


def pull_call(repository: str, number: int) -> Call:
    """Asks for one pull request."""
    return Call("GET", f"/repos/{repository}/pulls/{number}")


def open_pulls_call(repository: str) -> Call:
    """Asks for the open pull requests, those first that were changed last."""
    return Call(
        "GET", f"/repos/{repository}/pulls?state=open&sort=updated&direction=desc&per_page={PER_PAGE}"
    )


def pulls_of_head_call(repository: str, head: str, state: str = "open") -> Call:
    """Asks for the pull requests of one branch.

    Args:
        repository: Where they are.
        head: ``owner:branch``.
        state: ``open``, ``closed`` or ``all``.
    """
    return Call(
        "GET", f"/repos/{repository}/pulls?state={state}&head={quote(head, safe=':')}&per_page={PER_PAGE}"
    )


def files_call(repository: str, number: int | str) -> Call:
    """Asks for the files that a pull request changes."""
    return Call("GET", f"/repos/{repository}/pulls/{number}/files?per_page={PER_PAGE}")


def create_call(new: NewPullRequest) -> Call:
    """Opens a pull request."""
    body = {
        "title": new.title,
        "head": new.head,
        "base": new.base,
        "body": new.body,
        "draft": new.draft,
        "maintainer_can_modify": True,
    }
    return Call("POST", f"/repos/{new.repository}/pulls", body)


def update_call(repository: str, number: int | str, title: str, body: str) -> Call:
    """Writes a pull request's title and text anew."""
    return Call("PATCH", f"/repos/{repository}/pulls/{number}", {"title": title, "body": body})
