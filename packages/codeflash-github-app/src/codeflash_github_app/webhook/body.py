"""Reads a delivery's body: so much of it and no more, and as JSON only once it is proven."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from email.message import Message
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from attrs import frozen

LARGEST = 25 * 1024 * 1024
"""GitHub sends no more."""
SECONDS = 30.0
SMALL = 1024 * 1024
"""So much of a body is read of anybody; almost all of GitHub's are smaller."""


@frozen(slots=False)
class Refused(Exception):
    """A delivery that is not taken.

    Attributes:
        status: The HTTP status.
        message: Why; nothing of what was sent is repeated.
    """

    status: int
    message: str

    def __str__(self) -> str:
        return self.message


async def _at_once() -> None:
    """More may come."""


async def whole(
    pieces: AsyncIterator[bytes],
    announced: str,
    most: int = LARGEST,
    *,
    more: Callable[[], Awaitable[object]] = _at_once,
) -> bytes:
    """All of a body.

    Args:
        pieces: What comes.
        announced: The header ``Content-Length``; empty when there is none.
        most: Largest size, in bytes.
        more: Awaited once, before more than :data:`SMALL` is kept.

    Raises:
        Refused: It is too large (413), or comes too slowly (408).
    """
    large = Refused(413, f"The body is larger than {most} bytes.")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > most:
        raise large
    taken = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for piece in pieces:
                if len(taken) <= SMALL < len(taken) + len(piece):
                    await more()
                taken += piece
                if len(taken) > most:
                    raise large
    except TimeoutError:
        raise Refused(408, f"The body did not arrive within {SECONDS:g} seconds.") from None
    return bytes(taken)


def check_form(content_type: str, encoding: str) -> bool:
    """See that a body claims a form that can be read.

    Args:
        content_type: The header ``Content-Type``.
        encoding: The header ``Content-Encoding``.

    Returns:
        Whether it is a form with the payload in a field, and not JSON itself.

    Raises:
        Refused: It is another one (415).
    """
    if encoding.strip().lower() not in ("", "identity"):
        raise Refused(415, "A compressed body is not taken.")
    claimed = Message()
    claimed["Content-Type"] = content_type
    try:
        kind, charset = claimed.get_content_type(), claimed.get_content_charset("utf-8")
    except (LookupError, ValueError):
        kind = charset = ""
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise Refused(415, "The body's character set is not UTF-8.")
    # Without a type, the library takes any text for plain text.
    if kind == "application/json":
        return False
    if kind == "application/x-www-form-urlencoded":
        return True
    raise Refused(415, "The body is neither application/json nor application/x-www-form-urlencoded.")


def payload_of(body: bytes, *, form: bool) -> Mapping[str, Any]:
    """What a proven body holds.

    Args:
        body: The body.
        form: Whether it is a form with the payload in a field.

    Raises:
        Refused: It can't be read (400).
    """
    try:
        text = body.decode("utf-8")
        if form:
            fields = [
                value
                for name, value in parse_qsl(
                    text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=10
                )
                if name == "payload"
            ]
            if len(fields) != 1:
                raise Refused(400, "The form has not exactly one field named payload.")
            text = fields[0]
        payload = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(400, f"The body can't be read as {'a form with ' if form else ''}JSON.") from None
    if not isinstance(payload, dict):
        raise Refused(400, "The payload is no object.")
    return payload


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
