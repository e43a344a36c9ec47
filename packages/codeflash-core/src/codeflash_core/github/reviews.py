"""Reviews of a pull request, with suggestions on lines of its diff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from codeflash_core.github.api import GitHub
from codeflash_core.github.reading import entry
from codeflash_core.github.requests import PER_PAGE
from codeflash_core.github.values import Call


@frozen
class LineComment:
    """A remark on lines of the new side of a diff; a block ``suggestion`` in it can be committed with a click.

    Attributes:
        path: The file, relative to the repository's top.
        start: First line, from 1.
        end: Last line; both stand in one hunk of the pull request's diff.
        body: Markdown.
    """

    path: str
    start: int
    end: int
    body: str


@frozen
class Review:
    """A review.

    Attributes:
        id: Its number.
        body: Markdown.
        url: Where people read it.
        author: Whose it is; empty when their account was deleted.
        bot: Whether an app wrote it.
    """

    id: int
    body: str
    url: str
    author: str
    bot: bool = False


def create_review_call(
    repository: str, number: int, commit: str, body: str, remarks: Sequence[LineComment]
) -> Call:
    """Writes a review that neither approves nor asks for changes.

    Args:
        repository: Where.
        number: The pull request.
        commit: The commit whose lines are meant.
        body: Markdown, above the remarks.
        remarks: On lines of its diff.
    """
    sent = {
        "commit_id": commit,
        "body": body,
        "event": "COMMENT",
        "comments": [_remark(each) for each in remarks],
    }
    return Call("POST", f"/repos/{repository}/pulls/{number}/reviews", sent)


def _remark(each: LineComment) -> dict[str, Any]:
    several = {"start_line": each.start, "start_side": "RIGHT"} if each.start < each.end else {}
    return {"path": each.path, "line": each.end, "side": "RIGHT", **several, "body": each.body}


def review_of(document: Any) -> Review:
    """A review.

    Raises:
        ValueError: It is none.
    """
    user = entry(document, "user", dict, {})
    return Review(
        id=entry(document, "id", int),
        body=entry(document, "body", str, ""),
        url=entry(document, "html_url", str, ""),
        author=entry(user, "login", str, ""),
        bot=entry(user, "type", str, "") == "Bot",
    )


async def reviews(github: GitHub, repository: str, number: int) -> tuple[Review, ...]:
    """The reviews of a pull request, the oldest first.

    Raises:
        GitHubError: There is no answer, or none that can be used; so of all that follow.
    """
    call = Call("GET", f"/repos/{repository}/pulls/{number}/reviews?per_page={PER_PAGE}")
    return await github.all(call, review_of)


async def send_review(github: GitHub, call: Call) -> Review:
    """Write a review, see the call above."""
    return await github.one(call, review_of)
