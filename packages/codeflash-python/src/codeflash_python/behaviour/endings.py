"""How seeded faults ended, and what that says about the checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from codeflash_core.model.verdict import Fault
from codeflash_python.behaviour.faults import Variant
from codeflash_python.behaviour.graphs import Malformed
from codeflash_python.behaviour.mutations import Bound

CAUGHT = frozenset({"difference", "timeout", "crash"})
ENDINGS = CAUGHT | {"survived", "covered", "unfit", "not-run", "reached"}
TRIED = CAUGHT | {"survived", "covered"}
REACHED = frozenset({"difference", "crash", "reached"})


@frozen
class Seeded:
    """What became of the planned variants.

    Attributes:
        faults: The faults that ran.
        unreached: Changed places that no input reaches, with their text.
        notes: For the reader.
    """

    faults: tuple[Fault, ...] = ()
    unreached: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def judge(variants: Sequence[Variant], data: Any) -> Seeded:
    """What became of the planned variants.

    Args:
        variants: The plan.
        data: The worker's answer.

    Raises:
        Malformed: The answer does not fit the plan.
    """
    answers = data.get("variants") if isinstance(data, dict) else None
    if not isinstance(answers, list) or len(answers) != len(variants):
        raise Malformed("faults")
    endings: list[str] = []
    for answer in answers:
        how = answer.get("how") if isinstance(answer, dict) else None
        if not isinstance(how, str) or how not in ENDINGS:
            raise Malformed("fault")
        endings.append(how)
    return judge_endings(variants, endings)


def judge_endings(variants: Sequence[Variant], endings: Sequence[str]) -> Seeded:
    """What became of the planned variants.

    Args:
        variants: The plan.
        endings: How each ended, of :data:`ENDINGS`.
    """
    harmless = _harmless(variants, endings)
    ended = tuple(zip(variants, endings, strict=True))
    faults = tuple(
        Fault(
            line=variant.line,
            before=variant.before,
            after=variant.after,
            caught=how in CAUGHT,
            equivalent=how == "survived" and _is_equivalent(variant, harmless),
            fallback=how == "covered",
        )
        for variant, how in ended
        if variant.role == "fault" and how in TRIED
    )
    unreached = tuple(
        f"{variant.place}: {variant.before}{'' if how == 'survived' else f' ({UNSEEN.get(how, how)})'}"
        for variant, how in ended
        if variant.role == "reach" and how not in REACHED
    )
    left_out = sum(how == "not-run" for variant, how in ended if variant.role == "fault")
    notes = (f"{left_out} seeded faults were not tried for lack of time",) if left_out else ()
    return Seeded(faults, unreached, notes)


UNSEEN = {
    "not-run": "not tried for lack of time",
    "unfit": "it is not part of the loaded code",
    "timeout": "the inputs took too long",
}


def _harmless(variants: Sequence[Variant], endings: Sequence[str]) -> frozenset[tuple[int, Bound]]:
    """Conditions with the ways they were forced without any input noticing."""
    return frozenset(
        (variant.condition, variant.bound)
        for variant, how in zip(variants, endings, strict=True)
        if variant.role == "forced" and how == "survived"
    )


def _is_equivalent(variant: Variant, harmless: frozenset[tuple[int, Bound]]) -> bool:
    """Whether the inputs pass with each way forced that the fault takes where the sound version does not."""
    ways: tuple[Bound, ...] = (variant.bound,) if variant.bound else ("looser", "stricter")
    return all((variant.condition, way) in harmless for way in ways)
