"""Decisions that were made, a line of JSON each: a run goes on where its file ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


def stored(path: Path) -> list[dict[str, Any]]:
    """The decisions made so far; a last line that was cut off is passed over."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def missing(path: Path, wanted: int) -> list[int]:
    """Numbers of the decisions that are still to be made."""
    done = {row["number"] for row in stored(path)}
    return [number for number in range(wanted) if number not in done]


def add(path: Path, row: Mapping[str, Any]) -> None:
    """Keep one more."""
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
