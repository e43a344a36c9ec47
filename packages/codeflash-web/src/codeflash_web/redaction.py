"""Takes out of log lines what must not stand there."""

from __future__ import annotations

import re
from typing import Any

LONGEST = 500
HIDDEN = "[hidden]"

_SECRETS = re.compile(
    r"""
    (?<![\w-])cf-[\w-]{8,}                          # our keys
    | (?i:\bbearer\s+)\S+                           # authorization headers
    | (?<=://)[^/\s:@]+:[^/\s@]+(?=@)               # user and password in an address
    | (?<![\w-])(?:sk|pk|ghp|gho|ghs|xox[bp])[-_][\w-]{8,}  # keys of vendors
    | \bAKIA[0-9A-Z]{12,}                           # access keys
    """,
    re.VERBOSE,
)
_SECRET_NAMES = re.compile(r"(?i)authorization|api_?key|password|passwd|secret|token$|cookie|credential")
_SOURCE_NAMES = re.compile(r"(?i)source|code$|^code|^diffs?$|^body$|^prompt|^text$|^tests?$|explanation")


def hide_secrets(text: str) -> str:
    """The text with everything that looks like a credential hidden, and cut where it is too long for a log."""
    hidden = _SECRETS.sub(HIDDEN, text)
    return hidden if len(hidden) <= LONGEST else f"{hidden[:LONGEST]}... ({len(hidden)} characters)"


def redacted(value: Any, name: str = "") -> Any:
    """A value as it may be logged.

    Args:
        value: Plain data.
        name: The field that it stands in: fields named after credentials or source code are hidden whole.
    """
    if isinstance(value, str):
        if name and (_SECRET_NAMES.search(name) or _SOURCE_NAMES.search(name)):
            return HIDDEN
        return hide_secrets(value)
    if isinstance(value, dict):
        return {str(key): redacted(item, str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redacted(item, name) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return hide_secrets(str(value))
