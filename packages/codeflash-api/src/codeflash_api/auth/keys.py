"""What a key looks like, and what is kept of it: a hash and a few characters to tell it by."""

from __future__ import annotations

import hashlib
import secrets

from codeflash_api.errors import unauthorized
from codeflash_core.errors import UsageError

START = "cf-"
_SHORTEST = 8
_LONGEST = 200
_SHOWN = 11


def new_secret() -> str:
    """A new key of 256 random bits."""
    return START + secrets.token_urlsafe(32)


def checked_secret(secret: str) -> str:
    """A key that somebody chose.

    Raises:
        UsageError: It can't be a key; the message does not repeat it.
    """
    if not secret.startswith(START):
        raise UsageError(f"a key begins with {START}")
    if not _SHORTEST <= len(secret) <= _LONGEST or not secret.isascii() or not secret.isprintable():
        raise UsageError(
            f"a key has {_SHORTEST} to {_LONGEST} printable ASCII characters",
            "Leave it unset to have one made.",
        )
    if " " in secret:
        raise UsageError("a key has no spaces")
    return secret


def digest(secret: str) -> bytes:
    """The SHA-384 hash under which a key is stored."""
    return hashlib.sha384(secret.encode("utf-8", "surrogatepass")).digest()


def shown(secret: str) -> str:
    """The beginning of a key by which people recognize it, never more than half of it."""
    return secret[: min(_SHOWN, len(secret) // 2)]


def bearer(header: str | None) -> str:
    """The key of an ``Authorization`` header.

    Raises:
        ApiError: 401 when there is none.
    """
    if not header:
        raise unauthorized("an API key is needed: send Authorization: Bearer cf-...")
    scheme, _, secret = header.strip().partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise unauthorized("the Authorization header is not of the form: Bearer cf-...")
    if not secret.startswith(START) or len(secret) > _LONGEST:
        raise unauthorized(f"the API key is not valid: keys begin with {START}")
    return secret
