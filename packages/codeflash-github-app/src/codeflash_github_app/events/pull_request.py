"""``pull_request``: its functions are optimized whenever its head is new; drafts wait until they are ready."""

from __future__ import annotations

from codeflash_github_app.events.fields import COMMIT, Payload, flag, pull_number, repository, text
from codeflash_github_app.events.own import Own
from codeflash_github_app.orders import Ignored, OptimizePull, Order, Stop


def changed(payload: Payload, own: Own) -> Order:
    """Opened, reopened, ready for review, or with new commits.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    if flag(payload, "pull_request.draft"):
        return Ignored("a draft: it is looked at when it is ready for review")
    if own.is_at(payload, "pull_request.user"):
        return Ignored("the app's own pull request")
    return OptimizePull(
        repository(payload),
        pull_number(payload, "pull_request.number"),
        text(payload, "pull_request.head.sha", COMMIT),
    )


def closed(payload: Payload, own: Own) -> Order:
    """Merged or given up: what is still being done for it is not wanted any more.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    return Stop(repository(payload), pull_number(payload, "pull_request.number"))
