"""The two-sided form: several rows, each faster, slower, no different or inconclusive, Holm-corrected.

The same looks serve both directions. A true difference inside the band can only be mistaken for the
direction it is nearer to, so one look's error is not halved: both ends of the band are tested at it and at
most one of the two nulls can be false at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from codeflash_core.stats.disturbed import Own, counted
from codeflash_core.stats.estimate import Estimate, estimate
from codeflash_core.stats.sequential import STANDARD, Caution, Plan, Reading, cautions

Floor = Callable[[int], float]
"""The log ratio to beat at a look, given by its number of blocks."""


class Difference(StrEnum):
    """What the two-sided test says."""

    FASTER = "faster"
    SLOWER = "slower"
    NO_DIFFERENCE = "no-difference"
    INCONCLUSIVE = "inconclusive"
    CONTINUE = "continue"


def compare_rows(
    rows: Sequence[Sequence[float]],
    plan: Plan = STANDARD,
    floors: Sequence[Floor | None] = (),
    differences: Sequence[Sequence[Own]] = (),
) -> tuple[Reading[Difference], ...]:
    """Compares two versions row by row.

    Holm's step-down: every row is tested at alpha / m; those found different leave, and what is left is
    tested again at alpha / (m - found), until nothing more is found. "No difference" needs the whole
    interval, at alpha / m, inside the band of plus and minus delta.

    Args:
        rows: For each row, one log ratio ln(A / B) a block, in the order measured.
        plan: The test of a single row; its `candidates` are replaced by the number of rows.
        floors: For each row, what `compare` takes as its floor; none where they are left out.
        differences: For each row, what `compare` takes as its differences; none where they are left out.

    Returns:
        A decision for each row, in order.

    Raises:
        ValueError: A row has no blocks, or a log ratio is not finite.
    """
    family = len(rows)
    asked = tuple(floors) or (None,) * family
    own: tuple[Sequence[Own], ...] = tuple(differences) or ((),) * family
    divisor = max(family, 1)

    def compared(index: int) -> Reading[Difference]:
        return compare(
            rows[index], plan, divisor=divisor, family=family, floor=asked[index], differences=own[index]
        )

    decided: dict[int, Reading[Difference]] = {}
    while True:
        fresh = {}
        for index in range(family):
            if index in decided:
                continue
            decision = compared(index)
            if decision.outcome in (Difference.FASTER, Difference.SLOWER):
                fresh[index] = decision
        if not fresh:
            break
        decided.update(fresh)
        divisor = max(family - len(decided), 1)
    return tuple(decided[index] if index in decided else compared(index) for index in range(family))


def compare(
    ratios: Sequence[float],
    plan: Plan = STANDARD,
    *,
    divisor: int = 1,
    family: int = 1,
    floor: Floor | None = None,
    differences: Sequence[Own] = (),
) -> Reading[Difference]:
    """Says whether B is faster or slower than A by more than delta, or neither.

    Args:
        ratios: One log ratio ln(A / B) a block, in the order measured.
        plan: The test, fixed beforehand.
        divisor: What a look's alpha is divided by to claim a difference.
        family: What it is divided by to claim that there is none.
        floor: The log ratio that the noise seen by a look asks for. It can only raise what a difference has to
            beat; see :func:`codeflash_core.stats.sequential.decide`.
        differences: For each block, by how much a version differed from itself; those that were disturbed count for
            nothing at a look, see :mod:`codeflash_core.stats.disturbed`. Empty where all of them count.

    Raises:
        ValueError: There are no blocks, or a log ratio is not finite.
    """
    estimate(ratios)  # refuses what is no number, at whichever look it would come
    threshold = plan.threshold
    alpha = plan.alphas[0] / divisor
    for look, spent in zip(plan.looks, plan.alphas, strict=True):
        if look > len(ratios):
            break
        used = counted(ratios, differences, look)
        here = estimate(used, plan.sd_floor)
        alpha = spent / divisor
        low, high = here.interval(alpha)
        beaten = max(threshold, floor(look)) if floor is not None else threshold
        word = _direction(used, here, alpha, beaten)
        if word is not None:
            return Reading(word, here, alpha, low, high, 0)
        wide_low, wide_high = here.interval(spent / family)
        if -threshold < wide_low and wide_high < threshold:
            return Reading(Difference.NO_DIFFERENCE, here, spent / family, wide_low, wide_high, 0)
        if look == plan.budget:
            return Reading(
                Difference.INCONCLUSIVE,
                here,
                alpha,
                low,
                high,
                0,
                _doubts(used, low, high, threshold),
            )
    used = counted(ratios, differences, len(ratios))
    whole = estimate(used, plan.sd_floor)
    low, high = whole.interval(alpha)
    doubts = _doubts(used, low, high, threshold)
    return Reading(Difference.CONTINUE, whole, alpha, low, high, plan.next_look(len(ratios)), doubts)


def held_back(reading: Reading[Difference], plan: Plan) -> bool:
    """Whether a difference clears the plan's own threshold and only the noise of the version itself held it back."""
    undecided = reading.outcome in (Difference.CONTINUE, Difference.INCONCLUSIVE)
    clears = reading.low > plan.threshold or reading.high < -plan.threshold
    return undecided and clears and not reading.cautions


def _doubts(ratios: Sequence[float], low: float, high: float, threshold: float) -> tuple[Caution, ...]:
    """Why a difference that looks decisive is not believed."""
    if low > threshold:
        return cautions(ratios, threshold)
    return cautions([-ratio for ratio in ratios], threshold) if high < -threshold else ()


def _direction(ratios: Sequence[float], here: Estimate, alpha: float, threshold: float) -> Difference | None:
    """The direction whose whole interval clears the band, unless there is reason not to believe it."""
    low, high = here.interval(alpha)
    if low > threshold:
        return None if cautions(ratios, threshold) else Difference.FASTER
    if high < -threshold:
        return None if cautions([-ratio for ratio in ratios], threshold) else Difference.SLOWER
    return None
