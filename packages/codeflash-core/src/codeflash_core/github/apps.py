"""What an app asks in its own name: tokens for where it is installed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import field, frozen

from codeflash_core.github.api import GitHub
from codeflash_core.github.reading import entry
from codeflash_core.github.values import Call


@frozen
class InstallationToken:
    """A token for what one installation of an app may see.

    Attributes:
        token: The token; it is in no text, message or record.
        ends: When it ends, UTC.
    """

    token: str = field(repr=False)
    ends: datetime


def token_call(installation: int, repository: int, permissions: Mapping[str, str]) -> Call:
    """Asks for a token that can do no more than is needed.

    Args:
        installation: The installation's id.
        repository: Id of the one repository that it is for.
        permissions: ``read`` or ``write`` by what is needed, such as ``{"checks": "write"}``.
    """
    body = {"repository_ids": [repository], "permissions": dict(permissions)}
    return Call("POST", f"/app/installations/{installation}/access_tokens", body)


def installation_token_of(document: Any) -> InstallationToken:
    """A token.

    Raises:
        ValueError: It is none.
    """
    ends = datetime.fromisoformat(entry(document, "expires_at", str))
    return InstallationToken(entry(document, "token", str), ends if ends.tzinfo else ends.replace(tzinfo=UTC))


async def installation_token(github: GitHub, call: Call) -> InstallationToken:
    """Ask for a token, see the call above; the API is spoken to with the app's own token.

    Raises:
        GitHubError: There is no answer, or none that can be used.
    """
    return await github.one(call, installation_token_of)
