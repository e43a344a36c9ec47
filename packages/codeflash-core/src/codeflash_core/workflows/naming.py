"""What tells one project's workflow from another's in the same repository."""

from __future__ import annotations

import hashlib
import re

_PLAIN = re.compile(r"[A-Za-z0-9_.]+(/[A-Za-z0-9_.]+)*")


def label_of(folder: str) -> str:
    """A word for a project by its folder: letters, digits, ``.``, ``_`` and single ``-``.

    Args:
        folder: The project's folder in the repository, POSIX style.

    Returns:
        No two folders have the same; empty at the top.
    """
    path = folder.strip("/")
    if not path:
        return ""
    label = re.sub(r"[^A-Za-z0-9_.]+", "-", path).strip("-")
    if _PLAIN.fullmatch(path):
        return label
    return "-".join(filter(None, (label, hashlib.sha256(path.encode()).hexdigest()[:6])))


def file_of(folder: str) -> str:
    """The workflow's file in the repository."""
    label = label_of(folder)
    return f".github/workflows/codeflash{f'-{label}' if label else ''}.yml"
