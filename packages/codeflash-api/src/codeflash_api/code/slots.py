"""Names under which answers about candidates are kept."""

from __future__ import annotations

import hashlib
import json


def slot_of(kind: str, *names: str) -> str:
    """A short name for an answer about some candidates, whatever their own names look like.

    Args:
        kind: What kind of answer.
        names: The candidates' ids.
    """
    return f"{kind}:{hashlib.sha256(json.dumps(names).encode()).hexdigest()[:24]}"
