"""Whether two versions do the same on the hidden inputs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import frozen

from codeflash_evals.hidden.chamber import Chamber, Version
from codeflash_evals.hidden.failing import Failed

HASH_SEEDS = (0, 1)
WALL_SECONDS = 60.0


class Word(StrEnum):
    """What the hidden inputs say of a version."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


@frozen
class Sameness:
    """What the hidden inputs say, and where.

    Attributes:
        word: The answer.
        where: What was seen, a sentence; empty for the same behaviour.
        calls: Hidden inputs.
    """

    word: Word
    where: str = ""
    calls: int = 0


CALLS: Mapping[str, Any] = {"way": "check"}


async def same_behaviour(
    chamber: Chamber, before: Version, after: Version, request: Mapping[str, Any] = CALLS
) -> Sameness:
    """Run both versions on the hidden inputs, under two hash seeds, and compare all that is seen.

    Args:
        chamber: Where they run.
        before: The original: what it does is right.
        after: The other version.
        request: What the processes are asked: for the hidden calls, or for what a command prints.
    """
    calls = 0
    for seed in HASH_SEEDS:
        said = await _asked(chamber, before, seed, request)
        again = await _asked(chamber, before, seed, request)
        if isinstance(said, Failed) or isinstance(again, Failed):
            failed = said if isinstance(said, Failed) else again
            assert isinstance(failed, Failed)
            return Sameness(Word.UNDECIDED, f"the original fails on the hidden inputs: {failed.why}")
        unsteady = _difference(said, again)
        if unsteady:
            return Sameness(Word.UNDECIDED, f"the original differs from itself: {unsteady}")
        other = await _asked(chamber, after, seed, request)
        if isinstance(other, Failed):
            second = await _asked(chamber, after, seed, request)
            return Sameness(*_failing(other, second), calls=len(said))
        difference = _difference(said, other)
        if difference:
            return Sameness(Word.DIFFERENT, difference, len(said))
        opaque = next((each for call in said for each in call["opaque"]), None)
        if opaque:
            return Sameness(Word.UNDECIDED, f"a hidden result can't be compared: {opaque}", len(said))
        calls = len(said)
    if not calls:
        return Sameness(Word.UNDECIDED, "there are no hidden inputs")
    return Sameness(Word.SAME, calls=calls)


def _failing(first: Failed, second: object) -> tuple[Word, str]:
    """What it says of a version that it fails on what the original has answered twice."""
    if not first.telling:
        return Word.UNDECIDED, f"the hidden inputs could not be run: {first.why}"
    if not isinstance(second, Failed):
        return Word.UNDECIDED, f"the hidden inputs could be run the second time only: {first.why}"
    return Word.DIFFERENT, f"the hidden inputs could not be run: {first.why}"


async def _asked(
    chamber: Chamber, version: Version, seed: int, request: Mapping[str, Any]
) -> list[Mapping[str, Any]] | Failed:
    answer = await chamber.ask(version, request, wall_seconds=WALL_SECONDS, hash_seed=seed)
    if isinstance(answer, Failed):
        return answer
    calls = answer.get("calls")
    if not isinstance(calls, list) or not all(_is_call(each) for each in calls):
        return Failed("its answer is malformed", telling=False)
    return calls


def _is_call(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("digest"), str)
        and isinstance(value.get("shown"), str)
        and isinstance(value.get("opaque"), list)
    )


def _difference(first: list[Mapping[str, Any]], second: list[Mapping[str, Any]]) -> str:
    if len(first) != len(second):
        return f"{len(first)} calls against {len(second)}"
    for number, (one, other) in enumerate(zip(first, second, strict=True), 1):
        if one["digest"] != other["digest"]:
            if one["shown"] != other["shown"]:
                return f"hidden input {number}: {one['shown']} against {other['shown']}"
            return (
                f"hidden input {number}: {one['shown']} on both sides, but types, arguments or output differ"
            )
    return ""
