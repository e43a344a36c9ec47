"""The languages that requests may be in."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["python", "javascript", "typescript", "java", "go"]

_SPOKEN = {
    "python": "Python",
    "javascript": "JavaScript",
    "typescript": "TypeScript",
    "java": "Java",
    "go": "Go",
}


def spoken(language: str, version: str = "") -> str:
    """The language as people write it, such as ``Python 3.11``.

    Args:
        language: One of :data:`Language`.
        version: Its version, where the client said it.
    """
    name = _SPOKEN.get(language, "Python")
    return f"{name} {version}" if re.fullmatch(r"[\w.+-]{1,20}", version) else name


def python_version(version: str) -> tuple[int, int]:
    """Major and minor version of a Python; the oldest common one when it is not told."""
    found = re.match(r"(\d{1,2})\.(\d{1,3})", version)
    return (int(found[1]), int(found[2])) if found else (3, 9)
