"""Is it faster, and by how much? Raw samples and the intervals made of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen


@frozen
class InputSamples:
    """Samples of one input in one block, in nanoseconds per call.

    Where a version ran in two processes, the first half of its samples is the first one's, the other the second's. Where
    both versions took turns in rounds, each half holds one of a version's two turns in every round.

    Attributes:
        input: Id of the call in the corpus.
        weight: How many calls of this kind the workload makes.
        loops: Calls per sample.
        a_cpu: CPU time samples of the baseline.
        b_cpu: CPU time samples of the candidate, as many as of the baseline.
        a_wall: Wall time samples of the baseline.
        b_wall: Wall time samples of the candidate.
        turn: Samples in each turn where the versions took turns in rounds; 0 where they did not.
    """

    input: str
    weight: float
    loops: int
    a_cpu: tuple[float, ...]
    b_cpu: tuple[float, ...]
    a_wall: tuple[float, ...]
    b_wall: tuple[float, ...]
    turn: int = 0


APART = ("separate", "in-test")
"""Modes in which each version runs twice, in processes of its own."""


@frozen
class Block:
    """One fresh process (or four) in which both versions were timed.

    Attributes:
        inputs: Samples for each timed input.
        hash_seed: The seed of the process.
        threads: Most threads seen while timing.
        mode: ``paired`` (both in one process), ``separate`` (A, B, B, A) or ``in-test``.
        cold: Whether each input was used once only.
        outputs_equal: Whether results outside the timed region were equal.
        problem: Why the block can't be used, or an empty string.
    """

    inputs: tuple[InputSamples, ...]
    hash_seed: int = 0
    threads: int = 1
    mode: str = "paired"
    cold: bool = False
    outputs_equal: bool = True
    problem: str = ""


LEAST_BLOCKS = 4
"""Blocks below which bounds are too wide to mean anything."""


@frozen
class Interval:
    """A ratio with its interval, as ``1.83x [1.79, 1.88]``.

    Attributes:
        point: Estimate of the speedup: baseline time over candidate time.
        low: Lower bound.
        high: Upper bound.
        level: Two-sided confidence level of the bounds, 0 to 1.
        blocks: Number of blocks behind it.
    """

    point: float
    low: float
    high: float
    level: float
    blocks: int

    def __str__(self) -> str:
        if self.blocks < LEAST_BLOCKS:
            return f"about {self.point:.2f}x"
        return f"{self.point:.2f}x [{self.low:.2f}, {self.high:.2f}]"


class Outcome(StrEnum):
    """What a sequential test said."""

    FASTER = "faster"
    NOT_FASTER = "not-faster"
    INCONCLUSIVE = "inconclusive"
    CONTINUE = "continue"


@frozen
class Control:
    """The baseline against itself on this machine, now.

    Attributes:
        mean: Mean log ratio.
        spread: Standard deviation of the log ratio over blocks.
        standard_error: Standard error of the mean.
        blocks: Number of blocks.
        noisy: Whether mean or spread exceed what a quiet machine shows.
        noise_floor: What a difference must exceed to mean anything, as a fraction.
    """

    mean: float
    spread: float
    standard_error: float
    blocks: int
    noisy: bool
    noise_floor: float


@frozen
class SlowerInput:
    """An input on which the candidate is slower.

    Attributes:
        input: Id of the call.
        share: Its share of the workload's time, 0 to 1.
        loss_ns: Loss per call in nanoseconds.
        allowed: Whether the rule for small losses admits it.
    """

    input: str
    share: float
    loss_ns: float
    allowed: bool


@frozen
class Growth:
    """How time grows with the size of the input: ``t ~ n^exponent``.

    Attributes:
        sizes: Sizes tried.
        a_ns: Nanoseconds per call of the baseline at each size.
        b_ns: The same for the candidate.
        a_exponent: Fitted exponent of the baseline with its 95 % bounds (point, low, high).
        b_exponent: The same for the candidate.
    """

    sizes: tuple[int, ...]
    a_ns: tuple[float, ...]
    b_ns: tuple[float, ...]
    a_exponent: tuple[float, float, float]
    b_exponent: tuple[float, float, float]


@frozen
class Comparison:
    """A measured comparison of two versions on one metric.

    Attributes:
        outcome: What the sequential test said.
        interval: The speedup with its bounds, or None when nothing could be measured.
        delta: The gain that had to be exceeded, as a fraction.
        metric: ``cpu``, ``wall``, ``memory``...
        wall_mean: Mean log ratio of wall times.
        cold: The speedup on never-repeated inputs in fresh processes, or None.
        slower_inputs: Inputs on which the candidate loses.
        blocks: Raw samples.
        growth: Growth with input size, or None.
        memory_ratio: Peak memory of the candidate over the baseline's, or None.
        control: The baseline against itself within these blocks, or None where each is one process.
        problem: Why nothing could be measured, or an empty string.
    """

    outcome: Outcome
    interval: Interval | None
    delta: float
    metric: str = "cpu"
    wall_mean: float = 0.0
    cold: Interval | None = None
    slower_inputs: tuple[SlowerInput, ...] = ()
    blocks: tuple[Block, ...] = ()
    growth: Growth | None = None
    memory_ratio: float | None = None
    control: Control | None = None
    problem: str = ""


@frozen
class Machine:
    """Where a figure was measured.

    Attributes:
        facts: Name to value: processor, cores, kernel, interpreter, load.
    """

    facts: Mapping[str, str] = field(factory=dict)
