"""Where an exception came from, without the values that it may quote."""

from __future__ import annotations

import traceback
from pathlib import PurePath

KEPT_FRAMES = 12


def places(problem: BaseException) -> list[str]:
    """The innermost frames of an exception and of what caused it, as ``module.py:line function``.

    Args:
        problem: The exception.
    """
    told: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = problem
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        told.append(type(current).__name__)
        frames = traceback.extract_tb(current.__traceback__)[-KEPT_FRAMES:]
        told += [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return told


def _short(path: str) -> str:
    return "/".join(PurePath(path).parts[-2:])
