"""How many calls make a sample: long enough for the clock, short enough for many samples."""

from __future__ import annotations

import math

TARGET_NS = 1_000_000.0
"""Time to aim at for one sample, in nanoseconds."""
MAX_LOOPS = 1_000_000


def inner_loops(ns_per_call: float, target_ns: float = TARGET_NS, max_loops: int = MAX_LOOPS) -> int:
    """Returns how many calls make one sample of about `target_ns`.

    Args:
        ns_per_call: A first timing, in nanoseconds; 0 when the clock did not see the call at all.
        target_ns: Time to aim at, in nanoseconds.
        max_loops: The most calls to make, such as the equal copies of an input that fit in memory.

    Returns:
        1 for calls as long as the target, more for shorter ones.

    Raises:
        ValueError: The timing is negative or NaN, the target not positive, or no call is allowed.
    """
    if math.isnan(ns_per_call) or ns_per_call < 0.0:
        raise ValueError(f"a first timing is not negative, got {ns_per_call}")
    if not (math.isfinite(target_ns) and target_ns > 0.0):
        raise ValueError(f"the time to aim at is positive and finite, got {target_ns}")
    if max_loops < 1:
        raise ValueError(f"a sample needs at least one call, got {max_loops}")
    if ns_per_call == 0.0 or target_ns / ns_per_call >= max_loops:
        return max_loops
    return max(1, round(target_ns / ns_per_call))


def loops_for(a_ns: float, b_ns: float, target_ns: float = TARGET_NS, max_loops: int = MAX_LOOPS) -> int:
    """Returns one loop count for both sides: the slower one sets it, so that no sample outlasts the target.

    Args:
        a_ns: First timing of the baseline, nanoseconds per call.
        b_ns: The same for the candidate.
        target_ns: Time to aim at for one sample, in nanoseconds.
        max_loops: The most calls to make in one sample.

    Raises:
        ValueError: As `inner_loops` says.
    """
    return min(inner_loops(a_ns, target_ns, max_loops), inner_loops(b_ns, target_ns, max_loops))


def samples_within(budget_ns: float, sample_ns: float, least: int, most: int) -> int:
    """Returns how many samples fit a time budget.

    Args:
        budget_ns: Time for all samples of one side, in nanoseconds.
        sample_ns: Time of one sample, in nanoseconds.
        least: Samples to take however long they are.
        most: Samples that are enough.

    Raises:
        ValueError: `least` is below 1 or above `most`.
    """
    if not 1 <= least <= most:
        raise ValueError(f"1 <= least <= most does not hold for {least} and {most}")
    if sample_ns <= 0.0:
        return most
    return max(least, min(most, int(budget_ns / sample_ns)))
