"""Repositories with several projects: the engine works on one at a time, and names its files from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

MARKERS = ("pyproject.toml", "setup.py", "setup.cfg")
"""By which the engine knows the folder of a project; the repository's top is one in any case."""


def by_project(clone: Path, targets: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Targets by the project that they belong to, named from there.

    Args:
        clone: The repository's files.
        targets: ``path::function`` each, the path from the repository's top.

    Returns:
        By the project's folder with a slash at its end; empty for the top.
    """
    found: dict[str, list[str]] = {}
    for target in targets:
        path = PurePosixPath(target.partition("::")[0])
        holder = next(
            (above for above in path.parents if any((clone / above / mark).is_file() for mark in MARKERS)),
            PurePosixPath("."),
        )
        prefix = "" if holder == PurePosixPath(".") else f"{holder}/"
        found.setdefault(prefix, []).append(target.removeprefix(prefix))
    return {prefix: tuple(names) for prefix, names in found.items()}


def joined(documents: Sequence[tuple[str, Mapping[str, Any]]]) -> Mapping[str, Any]:
    """One document out of those of several projects, with every path from the repository's top.

    Args:
        documents: The project's folder with a slash at its end, and what the engine printed of it; at least one.
    """
    first = documents[0][1]
    if len(documents) == 1 and not documents[0][0]:
        return first
    results = [_from_top(prefix, each) for prefix, told in documents for each in told.get("results") or ()]
    floors = [told["noise_floor"] for _, told in documents if told.get("noise_floor") is not None]
    notes = [note for _, told in documents for note in told.get("notes") or ()]
    seconds = sum(told.get("seconds") or 0.0 for _, told in documents)
    return {
        **first,
        "results": results,
        "noise_floor": max(floors, default=None),
        "notes": notes,
        "seconds": seconds,
    }


def _from_top(prefix: str, result: Mapping[str, Any]) -> Mapping[str, Any]:
    moved = {**result, "target": f"{prefix}{result.get('target')}"}
    candidate = result.get("candidate")
    if isinstance(candidate, Mapping) and isinstance(candidate.get("diff"), str):
        moved["candidate"] = {**candidate, "diff": _moved(prefix, candidate["diff"])}
    return moved


def _moved(prefix: str, diff: str) -> str:
    """A diff whose files stand in a folder; lines of a hunk that look like a header are none."""
    lines = diff.split("\n")
    for number, line in enumerate(lines[:-2]):
        if (
            line.startswith("--- ")
            and lines[number + 1].startswith("+++ ")
            and lines[number + 2].startswith("@@ ")
        ):
            lines[number] = line.replace("--- a/", f"--- a/{prefix}", 1)
            lines[number + 1] = lines[number + 1].replace("+++ b/", f"+++ b/{prefix}", 1)
    return "\n".join(lines)
