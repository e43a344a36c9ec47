"""Comments below a pull request or an issue, and what people put beside them."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

from attrs import frozen

from codeflash_core.github.api import GitHub
from codeflash_core.github.reading import entry
from codeflash_core.github.requests import PER_PAGE
from codeflash_core.github.values import Call

MOST_TEXT = 65_536
"""Characters that GitHub takes as a comment."""

Reaction = Literal["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"]


@frozen
class Comment:
    """A comment.

    Attributes:
        id: Its number.
        body: Markdown.
        url: Where people read it.
        author: Whose it is; empty when their account was deleted.
        app: Id of the app that wrote it; 0 when it was a person.
    """

    id: int
    body: str
    url: str
    author: str
    app: int = 0


def comments_call(repository: str, number: int) -> Call:
    """Asks for the comments of a pull request, the oldest first."""
    return Call("GET", f"/repos/{repository}/issues/{number}/comments?per_page={PER_PAGE}")


def create_comment_call(repository: str, number: int, body: str) -> Call:
    """Writes a comment."""
    return Call("POST", f"/repos/{repository}/issues/{number}/comments", {"body": body})


def update_comment_call(repository: str, comment: int, body: str) -> Call:
    """Writes a comment anew."""
    return Call("PATCH", f"/repos/{repository}/issues/comments/{comment}", {"body": body})


def react_call(repository: str, comment: int, reaction: Reaction) -> Call:
    """Puts a sign beside a comment; a second one of the same kind changes nothing."""
    return Call("POST", f"/repos/{repository}/issues/comments/{comment}/reactions", {"content": reaction})


def comment_of(document: Any) -> Comment:
    """A comment.

    Raises:
        ValueError: It is none.
    """
    return Comment(
        id=entry(document, "id", int),
        body=entry(document, "body", str, ""),
        url=entry(document, "html_url", str, ""),
        author=entry(entry(document, "user", dict, {}), "login", str, ""),
        app=entry(entry(document, "performed_via_github_app", dict, {}), "id", int, 0),
    )


async def comments(github: GitHub, repository: str, number: int) -> tuple[Comment, ...]:
    """The comments of a pull request, the oldest first.

    Raises:
        GitHubError: There is no answer, or none that can be used; so of all that follow.
    """
    return await github.all(comments_call(repository, number), comment_of)


async def comment(github: GitHub, repository: str, comment: int) -> Comment:
    """One comment."""
    return await github.one(Call("GET", f"/repos/{repository}/issues/comments/{comment}"), comment_of)


async def send_comment(github: GitHub, call: Call) -> Comment:
    """Write a comment, or write it anew, see the calls above."""
    return await github.one(call, comment_of)


async def react(github: GitHub, repository: str, comment: int, reaction: Reaction) -> None:
    """Put a sign beside a comment."""
    await github.one(react_call(repository, comment, reaction), lambda document: None)


async def permission(github: GitHub, repository: str, person: str) -> str:
    """What somebody may do in a repository: ``admin``, ``write``, ``read`` or ``none``; maintainers may ``write``.

    Args:
        github: The API.
        repository: The repository.
        person: Their login.
    """
    call = Call("GET", f"/repos/{repository}/collaborators/{quote(person, safe='')}/permission")
    return await github.one(call, lambda document: str(entry(document, "permission", str)))
