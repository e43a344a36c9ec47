"""The group-sequential superiority test: look at fixed block counts, spend a fixed error at each.

One-sided `H0: ln speedup <= ln(1 + delta)` for accepting a candidate, and the two-sided form with Holm's
step-down correction (Holm 1979) for comparing versions row by row. The looks and their errors follow an
alpha-spending plan (Lan & DeMets 1983): peeking at other moments would spend error that was not budgeted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Generic, TypeVar

from attrs import frozen

from codeflash_core.model.comparison import Interval, Outcome
from codeflash_core.stats.estimate import SD_FLOOR, Estimate, estimate, line
from codeflash_core.stats.student import upper_quantile

LOOKS = (4, 6, 9, 14, 20, 30)
"""Block counts at which the test may decide."""
ALPHAS = (0.0005, 0.001, 0.0015, 0.002, 0.0025, 0.0025)
"""One-sided error spent at each look, 1 % together."""
_TREND_ALPHA = 0.0005
_TREND_BLOCKS = 6
_Word = TypeVar("_Word")


class Caution(Enum):
    """Why a sample that looks decisive is not believed."""

    ZERO_VARIANCE = "every block gave exactly the same ratio; the clock is too coarse or was tampered with"
    TREND = "the ratio drifts from block to block; the machine or the program had not settled"


@frozen
class Plan:
    """A sequential test, fixed before the first block runs."""

    delta: float = 0.02
    """Least gain worth having, as a fraction: 0.02 for 2 %."""
    looks: tuple[int, ...] = LOOKS
    alphas: tuple[float, ...] = ALPHAS
    sd_floor: float = SD_FLOOR
    futility: float = 0.05
    """One-sided error of the upper bound that gives up: 0.05 for the 95 % bound."""
    candidates: int = 1
    """How many candidates (or rows) are confirmed; the error is divided among them."""

    def __attrs_post_init__(self) -> None:
        """Refuses a plan whose error could not be what it says."""
        if len(self.looks) != len(self.alphas) or not self.looks:
            raise ValueError("a plan needs one alpha for each look, and a look at least")
        if self.looks[0] < 2 or any(a >= b for a, b in zip(self.looks, self.looks[1:], strict=False)):
            raise ValueError(f"looks are rising block counts from 2 on, got {self.looks}")
        if not all(0.0 < alpha < 0.5 for alpha in self.alphas):
            raise ValueError(f"each alpha lies between 0 and 0.5, got {self.alphas}")
        if not 0.0 <= self.delta < math.inf:
            raise ValueError(f"delta is a fraction of at least 0, got {self.delta}")
        if not 0.0 < self.futility < 0.5:
            raise ValueError(f"the futility error lies between 0 and 0.5, got {self.futility}")
        if self.sd_floor <= 0.0:
            raise ValueError(f"the floor of the standard deviation is positive, got {self.sd_floor}")
        if self.candidates < 1:
            raise ValueError(f"at least one candidate is tested, got {self.candidates}")

    @property
    def threshold(self) -> float:
        """The log speedup to beat, ln(1 + delta)."""
        return math.log1p(self.delta)

    @property
    def budget(self) -> int:
        """The most blocks this plan will ask for."""
        return self.looks[-1]

    def next_look(self, n: int) -> int:
        """Returns the block count to reach before the test may be asked again, 0 when there is none."""
        return next((look for look in self.looks if look > n), 0)


STANDARD = Plan()
"""The plan of the engine's own runs: 2 %, 1 % error, 30 blocks at most."""


@frozen
class Reading(Generic[_Word]):
    """What a sequential test says, with the interval it rests on."""

    outcome: _Word
    estimate: Estimate
    """Over the blocks that the look used; over all of them while no look was decisive."""
    alpha: float
    """One-sided error of the interval: that of the last look, divided among the candidates."""
    low: float
    """Lower end of the log speedup."""
    high: float
    """Upper end of the log speedup."""
    next_look: int
    """Blocks to have before asking again; 0 when nothing more is asked for."""
    cautions: tuple[Caution, ...] = ()

    @property
    def interval(self) -> Interval:
        """The speedup as ratios with the interval's two-sided level; early stopping biases the point upwards."""
        return Interval(
            point=_exp(self.estimate.mean),
            low=_exp(self.low),
            high=_exp(self.high),
            level=1.0 - 2.0 * self.alpha,
            blocks=self.estimate.n,
        )


def _exp(value: float) -> float:
    return math.exp(value) if value < 700.0 else math.inf


def cautions(ratios: Sequence[float], threshold: float) -> tuple[Caution, ...]:
    """Says why block ratios that look faster by more than `threshold` should not be believed.

    A trend counts when it is significant and one end of the fitted line lies at or below the threshold:
    then the gain belongs to a moment, not to the code.

    Args:
        ratios: One log ratio a block, in the order measured.
        threshold: The log speedup to beat.
    """
    found = []
    if estimate(ratios).degenerate:
        found.append(Caution.ZERO_VARIANCE)
    n = len(ratios)
    if n >= _TREND_BLOCKS:
        intercept, slope, error = line([float(i) for i in range(n)], list(ratios))
        ends = (intercept, intercept + slope * (n - 1))
        # The floor keeps rounding in perfectly straight data from passing for certainty.
        limit = upper_quantile(_TREND_ALPHA, n - 2) * max(error, 1e-9)
        if abs(slope) > limit and min(ends) <= threshold:
            found.append(Caution.TREND)
    return tuple(found)


def decide(
    ratios: Sequence[float],
    plan: Plan = STANDARD,
    *,
    joint: Callable[[int], bool] | None = None,
    floor: Callable[[int], float] | None = None,
) -> Reading[Outcome]:
    """Says whether B is faster than A by more than the plan's delta.

    The looks are replayed in order and the first decisive one stands, so blocks measured beyond it change
    nothing, and a resumed run decides as the uninterrupted one did.

    Args:
        ratios: One log ratio ln(A / B) a block, in the order measured.
        plan: The test, fixed beforehand.
        joint: A further condition for "faster", asked with the number of blocks of a look; it can only
            make the test stricter.
        floor: The log speedup that the noise seen by a look asks for. It can only raise what "faster" has to
            beat, so that the error stays below the plan's whatever the noise looks like; giving up is left to
            the plan's own threshold, since more blocks lower the floor.

    Raises:
        ValueError: There are no blocks, or a log ratio is not finite.
    """
    whole = estimate(ratios, plan.sd_floor)
    alpha = plan.alphas[0] / plan.candidates
    doubts: tuple[Caution, ...] = ()
    for look, spent in zip(plan.looks, plan.alphas, strict=True):
        if look > whole.n:
            break
        here = estimate(ratios[:look], plan.sd_floor)
        alpha = spent / plan.candidates
        low, high = here.interval(alpha)
        doubts = ()
        beaten = max(plan.threshold, floor(look)) if floor is not None else plan.threshold
        if low > beaten:
            doubts = cautions(ratios[:look], plan.threshold)
            if not doubts and (joint is None or joint(look)):
                return Reading(Outcome.FASTER, here, alpha, low, high, 0)
        if here.interval(plan.futility)[1] < plan.threshold:
            return Reading(Outcome.NOT_FASTER, here, alpha, low, high, 0)
        if look == plan.budget:
            return Reading(Outcome.INCONCLUSIVE, here, alpha, low, high, 0, doubts)
    low, high = whole.interval(alpha)
    return Reading(Outcome.CONTINUE, whole, alpha, low, high, plan.next_look(whole.n), doubts)
