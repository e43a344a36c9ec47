"""Time as the database has it, so that servers with different clocks agree."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func


def ago(seconds: Any) -> Any:
    """The moment that many seconds before now, for a number or for an expression."""
    return func.now() - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
