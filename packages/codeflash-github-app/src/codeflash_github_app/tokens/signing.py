"""The app's own token: signed with its key, good for a few minutes."""

from __future__ import annotations

from datetime import datetime

import jwt

from codeflash_core.errors import UsageError

EARLIER_SECONDS = 60
"""How far in the past it begins: GitHub's clock and ours differ."""
SECONDS = 9 * 60
"""How long it is good for; GitHub takes ten minutes at most."""


def app_token(app: int, key: bytes, now: datetime) -> str:
    """A token by which GitHub knows the app itself.

    Args:
        app: The app's id.
        key: Its private key, PEM.
        now: The time, UTC.

    Raises:
        UsageError: The key can't be used; it is not repeated.
    """
    moment = int(now.timestamp())
    claims = {"iat": moment - EARLIER_SECONDS, "exp": moment + SECONDS, "iss": str(app)}
    try:
        return jwt.encode(claims, key, algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        raise UsageError(
            "the app's private key can't be used", "Download it again; it is a PEM file with an RSA key."
        ) from None
