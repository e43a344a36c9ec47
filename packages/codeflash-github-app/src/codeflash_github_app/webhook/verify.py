"""Is a delivery from GitHub? HMAC with SHA-256 over its body as it came, before anything in it is read."""

from __future__ import annotations

import hashlib
import hmac
import re

_FORM = re.compile(rb"sha256=([0-9a-f]{64})")


def signature(secret: bytes, body: bytes) -> str:
    """What GitHub sends as ``X-Hub-Signature-256``.

    Args:
        secret: What both sides know.
        body: The body as it is sent.
    """
    return f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"


def is_signature(given: bytes) -> bool:
    """Whether a header has the form of a signature: what has not can be refused before its body is read.

    Args:
        given: The header ``X-Hub-Signature-256``.
    """
    return _FORM.fullmatch(given) is not None


def is_signed(secret: bytes, body: bytes, given: bytes) -> bool:
    """Whether a body was signed by somebody who knows the secret.

    Args:
        secret: What both sides know; with none, nothing is signed.
        body: The body as it came.
        given: The header ``X-Hub-Signature-256``.
    """
    form = _FORM.fullmatch(given)
    if not secret or form is None:
        return False
    made = hmac.new(secret, body, hashlib.sha256).hexdigest().encode("ascii")
    # In a time that does not depend on how much of it is right.
    return hmac.compare_digest(made, form[1])
