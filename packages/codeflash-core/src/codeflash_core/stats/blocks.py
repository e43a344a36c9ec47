"""From the raw samples of a block to its two numbers: CPU and wall log ratio, weighted over the inputs.

The 25th percentile of thread CPU time and the minimum of wall time are the estimators that spread least
under load; a block's ratio is taken of workload totals, so an input counts by the time it takes.
Where versions took turns, see :mod:`codeflash_core.stats.turns`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import evolve, frozen

from codeflash_core.model.comparison import APART, Block, InputSamples
from codeflash_core.stats.turns import ratio_in_turns

IDLE_RATIO = 0.9
"""Below this share of CPU in wall time, an undisturbed call waits, and wall time is what counts."""

OF_ITSELF = math.sqrt(1.0 - 1.0 / math.pi)
"""From the log ratio of two processes of one version to the spread of a ratio of two and two, at most."""

OF_ITSELF_IN_TURNS = math.sqrt(0.5)
"""The same where processes took turns: there the ratio is that of the sides' means."""


def q25(samples: Sequence[float]) -> float:
    """Returns the 25th percentile, interpolated between order statistics (type 7 of Hyndman & Fan 1996).

    Args:
        samples: At least one finite number.

    Raises:
        ValueError: There are none.
    """
    if not samples:
        raise ValueError("a percentile needs at least one sample")
    ordered = sorted(samples)
    position = 0.25 * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


@frozen
class InputEstimate:
    """One input in one block: nanoseconds per call on both sides and both clocks."""

    input: str
    weight: float
    a_cpu: float
    b_cpu: float
    a_wall: float
    b_wall: float

    def pair(self, metric: str) -> tuple[float, float]:
        """Returns baseline and candidate on the clock named ``cpu`` or ``wall``."""
        return (self.a_wall, self.b_wall) if metric == "wall" else (self.a_cpu, self.b_cpu)


@frozen
class BlockEstimate:
    """What one block says: a log ratio ln(A / B) by each clock, positive when the candidate is faster."""

    cpu: float
    """NaN where a CPU clock read zero; only wall time can be judged then."""
    wall: float
    inputs: tuple[InputEstimate, ...]

    def ratio(self, metric: str) -> float:
        """Returns the log ratio on the clock named ``cpu`` or ``wall``."""
        return self.wall if metric == "wall" else self.cpu


def _check(where: str, samples: Sequence[float], *, zero: bool) -> None:
    if not samples:
        raise ValueError(f"{where}: no samples")
    for value in samples:
        if not math.isfinite(value) or value < 0.0 or (value == 0.0 and not zero):
            wanted = "finite and not negative" if zero else "finite and positive"
            raise ValueError(f"{where}: a time is {wanted}, got {value}")


def check_samples(samples: InputSamples) -> None:
    """Refuses samples that cannot be times.

    A CPU clock may read zero where a call only waits; a wall clock may not.

    Raises:
        ValueError: A sample is missing, NaN, infinite or negative, a wall sample is zero, the sides or the
            clocks differ in number, or the weight or loop count makes no sense.
    """
    name = f"input {samples.input}"
    for side, cpu, wall in (("A", samples.a_cpu, samples.a_wall), ("B", samples.b_cpu, samples.b_wall)):
        _check(f"{name}, CPU time of {side}", cpu, zero=True)
        _check(f"{name}, wall time of {side}", wall, zero=False)
        if len(cpu) != len(wall):
            raise ValueError(f"{name}: {len(cpu)} CPU samples of {side} and {len(wall)} wall samples")
    if len(samples.a_cpu) != len(samples.b_cpu):
        raise ValueError(f"{name}: {len(samples.a_cpu)} samples of A and {len(samples.b_cpu)} of B")
    if not math.isfinite(samples.weight) or samples.weight < 0.0:
        raise ValueError(f"{name}: a weight is finite and not negative, got {samples.weight}")
    if samples.loops < 1:
        raise ValueError(f"{name}: a sample is made of at least one call, got {samples.loops}")


def weights(block: Block) -> tuple[float, ...]:
    """Returns each input's weight in the block; all 1 where the workload makes none of these calls itself."""
    given = tuple(samples.weight for samples in block.inputs)
    return given if any(given) else tuple(1.0 for _ in given)


def _log_ratio(estimates: Sequence[InputEstimate], metric: str) -> float:
    pairs = [(each.weight, *each.pair(metric)) for each in estimates]
    a = math.fsum(weight * a for weight, a, _ in pairs)
    b = math.fsum(weight * b for weight, _, b in pairs)
    return math.log(a) - math.log(b) if a > 0.0 and b > 0.0 else math.nan


def estimate_block(block: Block, turns: int = 2) -> BlockEstimate:
    """Reduces a block to ln(sum w q25(A) / sum w q25(B)) on CPU time and the same with minima on wall time.

    Of an input whose versions took turns, B's time is A's divided by the ratio between turns.

    Args:
        block: A block without a problem.
        turns: Turns that each version has in a round, where they took turns.

    Raises:
        ValueError: The block reports a problem, its outputs differ, it times nothing or an input twice, or
            its samples are malformed.
    """
    if block.problem:
        raise ValueError(f"the block cannot be used: {block.problem}")
    if not block.outputs_equal:
        raise ValueError("the block cannot be used: the two versions gave different outputs while timed")
    if not block.inputs:
        raise ValueError("the block cannot be used: it timed no input")
    if len({samples.input for samples in block.inputs}) != len(block.inputs):
        raise ValueError("the block cannot be used: it timed an input twice")
    for samples in block.inputs:
        check_samples(samples)
    estimates = tuple(
        _estimate_input(samples, weight, turns)
        for samples, weight in zip(block.inputs, weights(block), strict=True)
    )
    return BlockEstimate(
        cpu=_log_ratio(estimates, "cpu"), wall=_log_ratio(estimates, "wall"), inputs=estimates
    )


def _estimate_input(samples: InputSamples, weight: float, turns: int) -> InputEstimate:
    a_cpu, a_wall = q25(samples.a_cpu), min(samples.a_wall)
    b_cpu, b_wall = q25(samples.b_cpu), min(samples.b_wall)
    if samples.turn:
        cpu = ratio_in_turns(samples.a_cpu, samples.b_cpu, samples.turn, turns)
        wall = ratio_in_turns(samples.a_wall, samples.b_wall, samples.turn, turns)
        # Without a ratio the clock is too coarse for these calls: zero makes the block's ratio NaN.
        b_cpu = a_cpu / math.exp(cpu) if math.isfinite(cpu) else 0.0
        b_wall = a_wall / math.exp(wall)
    return InputEstimate(samples.input, weight, a_cpu, b_cpu, a_wall, b_wall)


def ratios_of(blocks: Sequence[Block], metric: str = "cpu", turns: int = 2) -> list[float]:
    """The log ratios of the blocks that can be used, in order.

    Args:
        blocks: Blocks, of which some may report a problem.
        metric: ``cpu`` or ``wall``.
        turns: Turns that each version has in a round, where they took turns.
    """
    found = []
    for block in blocks:
        try:
            ratio = estimate_block(block, turns).ratio(metric)
        except ValueError:
            continue
        if math.isfinite(ratio):
            found.append(ratio)
    return found


def against_itself(blocks: Sequence[Block], metric: str = "cpu") -> list[float]:
    """The baseline's log ratio against itself in blocks of four processes, on the scale of their own ratios.

    Such a block holds two processes of each version. With independent processes of variance v, the two of the
    baseline differ with variance 2 v. The block's own ratio has at most ``2 (1 - 1/pi) v``: the quartile of two
    processes' samples lies between their mean and the faster one, the minimum of two; where they took turns it has
    v. The difference of two values is uncorrelated with both: what is seen here says nothing of the ratio that the
    block gives.

    Args:
        blocks: Blocks of any mode; those of one process hold no such pair.
        metric: ``cpu`` or ``wall``.
    """
    pairs = [block for block in blocks if block.mode in APART]
    found = []
    for block in pairs:
        factor = OF_ITSELF_IN_TURNS if any(each.turn for each in block.inputs) else OF_ITSELF
        found += [factor * ratio for ratio in ratios_of([_halved(block)], metric, turns=1)]
    return found


def _halved(block: Block) -> Block:
    """The first process of the baseline as one side, the second as the other."""
    inputs = []
    for samples in block.inputs:
        half = len(samples.a_cpu) // 2
        inputs.append(
            evolve(
                samples,
                a_cpu=samples.a_cpu[:half],
                a_wall=samples.a_wall[:half],
                b_cpu=samples.a_cpu[half:],
                b_wall=samples.a_wall[half:],
            )
        )
    return evolve(block, inputs=tuple(inputs))


def _idle_ratio(block: Block, side: str) -> float:
    """CPU over wall of each input's fastest call: the one that was disturbed least."""
    cpu_total = wall_total = 0.0
    for samples, weight in zip(block.inputs, weights(block), strict=True):
        cpu, wall = (samples.a_cpu, samples.a_wall) if side == "a" else (samples.b_cpu, samples.b_wall)
        fastest = min(range(len(wall)), key=wall.__getitem__)
        cpu_total += weight * cpu[fastest]
        wall_total += weight * wall[fastest]
    return cpu_total / wall_total


def primary_clock(blocks: Sequence[Block]) -> str:
    """Names the clock that decides: ``wall`` where the code waits or uses threads, else ``cpu``.

    Args:
        blocks: Well-formed blocks; the middle one of their CPU shares counts, so that one disturbed block
            does not change the clock.

    Raises:
        ValueError: There are no blocks.
    """
    if not blocks:
        raise ValueError("the clock is chosen from at least one block")
    if any(block.threads > 1 for block in blocks):
        return "wall"
    for side in ("a", "b"):
        ratios = sorted(_idle_ratio(block, side) for block in blocks)
        if ratios[len(ratios) // 2] < IDLE_RATIO:
            return "wall"
    return "cpu"
