"""Looks at the shape of JSON text before anything parses it: how deep, how many values."""

from __future__ import annotations

import re

from attrs import frozen

# A string (or what is left of the text after a quote that is never closed), or a character that gives shape.
_TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)
_TRACE_ID = re.compile(rb'"trace_id"\s*:\s*"([\w-]{1,64})"')


@frozen
class ShapeLimits:
    """What is still taken for a request.

    Attributes:
        depth: Most arrays and objects inside each other.
        values: Most values in all arrays and objects together.
    """

    depth: int = 64
    values: int = 100_000


def objection(body: bytes, limits: ShapeLimits) -> str | None:
    """What is wrong with the shape of a body, or None.

    Time is linear in the length of the text, whatever it is.

    Args:
        body: JSON text, or what claims to be.
        limits: What is allowed.
    """
    deep_at_most = body.count(b"[") + body.count(b"{")
    values_at_most = body.count(b",") + deep_at_most
    if deep_at_most <= limits.depth and values_at_most <= limits.values:
        return None
    depth = values = 0
    for match in _TOKENS.finditer(body):
        token = body[match.start()]
        if token in b"[{":
            depth += 1
            values += 1
            if depth > limits.depth:
                return f"The request is nested deeper than {limits.depth} levels."
        elif token in b"]}":
            depth -= 1
        elif token == 0x2C:  # a comma
            values += 1
        if values > limits.values:
            return f"The request has more than {limits.values} values."
    return None


def trace_id_of(body: bytes) -> str:
    """The client's own name for what it works on, for logs; empty when there is none.

    A ``"trace_id"`` inside a JSON string has its quotes escaped, so that source code can't be mistaken for it.
    """
    found = _TRACE_ID.search(body)
    return found.group(1).decode("ascii", "replace") if found else ""
