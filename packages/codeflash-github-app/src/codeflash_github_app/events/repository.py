"""``repository``: one is named otherwise, has another default branch, or is gone."""

from __future__ import annotations

from codeflash_github_app.events.fields import LOGIN, Payload, number, repository, text
from codeflash_github_app.events.own import Own
from codeflash_github_app.orders import Changed, Installed, Order


def changed(payload: Payload, own: Own) -> Order:
    """It was renamed, transferred or edited.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    return Changed(repository(payload))


def gone(payload: Payload, own: Own) -> Order:
    """It was deleted, or archived: nothing can be posted there.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    return Installed(
        number(payload, "installation.id"),
        text(payload, "repository.owner.login", LOGIN),
        removed=(number(payload, "repository.id"),),
    )
