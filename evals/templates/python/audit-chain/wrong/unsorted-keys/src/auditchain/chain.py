"""Records chained by their hashes."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import NamedTuple

GENESIS = "0" * 64


class Link(NamedTuple):
    digest: str
    body: str


class Broken(ValueError):
    """A link does not fit the one before it."""


def encode(record: dict) -> str:
    """The canonical text of a record."""
    return json.dumps(record, separators=(",", ":"))


def digest_of(previous: str, body: str) -> str:
    return sha256(f"{previous}\n{body}".encode()).hexdigest()


def chain(records: list[dict], previous: str = GENESIS) -> list[Link]:
    """Links for records, in order."""
    links = []
    for record in records:
        body = encode(record)
        previous = digest_of(previous, body)
        links.append(Link(previous, body))
    return links


def verify(links: list[Link], previous: str = GENESIS) -> str:
    """Return the last digest; the first link that does not fit is named."""
    for number, (digest, body) in enumerate(links, 1):
        if digest != digest_of(previous, body):
            raise Broken(f"link {number} does not fit")
        previous = digest
    return previous
