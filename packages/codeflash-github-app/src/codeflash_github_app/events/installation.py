"""``installation``: where the app is installed, suspended, removed."""

from __future__ import annotations

from codeflash_github_app.events.fields import LOGIN, NAME, Payload, number, records, text
from codeflash_github_app.events.own import Own
from codeflash_github_app.orders import Installed, Order, Uninstalled


def installed(payload: Payload, own: Own) -> Order:
    """It was installed, or may work again.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    return Installed(
        number(payload, "installation.id"), account(payload), added=named(payload, "repositories")
    )


def suspended(payload: Payload, own: Own) -> Order:
    """It may do nothing for now.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    return Installed(number(payload, "installation.id"), account(payload), suspended=True)


def deleted(payload: Payload, own: Own) -> Order:
    """It was removed.

    Args:
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    return Uninstalled(number(payload, "installation.id"))


def account(payload: Payload) -> str:
    """Whose installation it is.

    Raises:
        UnreadablePayload: It is no such payload.
    """
    return text(payload, "installation.account.login", LOGIN)


def named(payload: Payload, path: str) -> tuple[tuple[int, str], ...]:
    """Ids and names of a list of repositories.

    Args:
        payload: The payload.
        path: Where it stands.

    Raises:
        UnreadablePayload: It is no such list.
    """
    return tuple((number(each, "id"), text(each, "full_name", NAME)) for each in records(payload, path))
