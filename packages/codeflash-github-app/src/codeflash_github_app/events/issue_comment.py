"""``issue_comment``: the first line of a comment on a pull request may be a command.

Who wrote it is carried along. Whether they may ask is looked up by the job: what a payload says of it is not proof.
"""

from __future__ import annotations

import re

from codeflash_github_app.events.fields import LOGIN, Payload, found, number, pull_number, repository, text
from codeflash_github_app.events.own import Own, is_bot
from codeflash_github_app.orders import CompareAsked, Ignored, OptimizeAsked, Order, Stop

WORD = "/codeflash"
# A file below the repository's root, and a dotted name in it. Neither begins like an option.
TARGET = re.compile(
    r"(?![-/\\])(?!(?:.*[/\\])?\.\.(?:[/\\]|::))[^\x00-\x20\x7f:`\ud800-\udfff]{1,400}"
    r"::[^\W\d]\w{0,199}(?:\.[^\W\d]\w{0,199}){0,20}"
)


def written(payload: Payload, own: Own) -> Order:
    """Somebody wrote a comment.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    body = found(payload, "comment.body")
    line = body.lstrip().split("\n", 1)[0].strip() if isinstance(body, str) else ""
    words = line.split()
    if not words or words[0] != WORD:
        return Ignored("no command")
    if found(payload, "issue.pull_request") is None:
        return Ignored("a command on an issue: there are commands on pull requests only")
    if own.is_at(payload, "comment.user") or is_bot(payload, "comment.user"):
        return Ignored("a command of a program")
    if found(payload, "issue.state") == "closed":
        return Ignored("a command on a closed pull request")
    return _ordered(payload, words[1:])


def _ordered(payload: Payload, words: list[str]) -> Order:
    where, number_ = repository(payload), pull_number(payload, "issue.number")
    comment, author = number(payload, "comment.id"), text(payload, "comment.user.login", LOGIN)
    match words:
        case ["optimize", target]:
            target = target.strip("`")
            if not TARGET.fullmatch(target):
                return Ignored(f"{WORD} optimize wants path::function")
            return OptimizeAsked(where, number_, target, comment, author)
        case ["compare"]:
            return CompareAsked(where, number_, comment, author)
        case ["stop"]:
            return Stop(where, number_, author)
        case _:
            return Ignored("no command that the app knows")
