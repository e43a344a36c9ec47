"""Turns a profile of the workload into a ranking of targets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from codeflash_core.errors import StageError
from codeflash_core.model.target import Ranked, Target

LEAST_SHARE = 0.001
"""Targets with less of the workload's time than this win nothing worth having."""


@frozen
class Ranking:
    """Where the time goes.

    Attributes:
        ranked: Targets that were called, most time inside first.
        total_seconds: CPU time of the workload.
        uncalled: Ids of targets that were not called.
        notes: Cautions for the reader.
    """

    ranked: tuple[Ranked, ...]
    total_seconds: float
    uncalled: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@frozen
class _Spot:
    path: str
    line: int
    name: str
    calls: int
    own: float
    cumulative: float


def rank(data: Mapping[str, Any], targets: Sequence[Target]) -> Ranking:
    """Match a profile with targets.

    Time in functions and comprehensions inside a target counts as its own. Targets are ordered by own time:
    what a rewrite of this function alone can win; the gain that rewrites promise is for others to fill in.

    Args:
        data: The worker's answer: ``functions`` with ``path``, ``line``, ``name``, ``calls``, ``own`` and
            ``cumulative`` (seconds), ``total`` (seconds), ``notes``, ``problems``.
        targets: Targets to rank, with the lines of their files as they were profiled.

    Raises:
        StageError: The answer is not of the agreed form.
    """
    spots: dict[str, list[_Spot]] = {}
    for spot in _spots(data):
        spots.setdefault(spot.path, []).append(spot)
    total = _seconds(data.get("total"))
    ranked: list[Ranked] = []
    uncalled: list[str] = []
    for target in targets:
        inside = [spot for spot in spots.get(target.path, ()) if target.line <= spot.line <= target.end_line]
        name = target.qualname.rpartition(".")[2]
        itself = [spot for spot in inside if spot.line == target.line and spot.name == name]
        if not itself:
            uncalled.append(target.id)
            continue
        cumulative = min(max(spot.cumulative for spot in itself), total)
        own = min(sum(spot.own for spot in inside), cumulative)
        ranked.append(
            Ranked(
                target=target,
                own_seconds=own,
                cumulative_seconds=cumulative,
                calls=sum(spot.calls for spot in itself),
                share=cumulative / total if total > 0 else 0.0,
                gain_seconds=own,
            )
        )
    ranked.sort(key=lambda each: (-each.own_seconds, -each.cumulative_seconds, each.target.id))
    return Ranking(tuple(ranked), total, tuple(uncalled), _notes(data))


def worth_trying(ranking: Ranking, least_share: float = LEAST_SHARE) -> tuple[Ranked, ...]:
    """Ranked targets that hold at least so much of the workload's time.

    Args:
        ranking: The ranking.
        least_share: Least share of the total, 0 to 1.
    """
    return tuple(each for each in ranking.ranked if each.share >= least_share)


def _spots(data: Mapping[str, Any]) -> list[_Spot]:
    listed = data.get("functions")
    if not isinstance(listed, list):
        raise StageError("rank", "the profile is malformed")
    found: list[_Spot] = []
    for item in listed:
        if not isinstance(item, dict):
            raise StageError("rank", "the profile is malformed")
        path, name, line, calls = item.get("path"), item.get("name"), item.get("line"), item.get("calls")
        if not isinstance(path, str) or not isinstance(name, str):
            raise StageError("rank", "the profile is malformed")
        if type(line) is not int or type(calls) is not int:
            raise StageError("rank", "the profile is malformed")
        last = name.rpartition(".")[2]
        own, cumulative = _seconds(item.get("own")), _seconds(item.get("cumulative"))
        found.append(_Spot(path, line, last, calls, own, cumulative))
    return found


def _seconds(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise StageError("rank", "a time in the profile is no time")
    return max(0.0, float(value))


def _notes(data: Mapping[str, Any]) -> tuple[str, ...]:
    notes = [note for note in data.get("notes", []) if isinstance(note, str)]
    problems = data.get("problems", {})
    if isinstance(problems, dict):
        notes += [f"{name} could not be run: {_last_line(str(text))}" for name, text in problems.items()]
    return tuple(notes)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it gave no reason"
