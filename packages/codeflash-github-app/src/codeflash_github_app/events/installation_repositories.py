"""``installation_repositories``: an installation may see others than before."""

from __future__ import annotations

from codeflash_github_app.events.fields import Payload, number, records
from codeflash_github_app.events.installation import account, named
from codeflash_github_app.events.own import Own
from codeflash_github_app.orders import Installed, Order


def changed(payload: Payload, own: Own) -> Order:
    """Repositories were added or taken away.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    return Installed(
        number(payload, "installation.id"),
        account(payload),
        added=named(payload, "repositories_added"),
        removed=tuple(number(each, "id") for each in records(payload, "repositories_removed")),
    )
