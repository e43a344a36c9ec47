"""Exponential smoothing."""


def smooth(samples, weight):
    """The running level after each sample."""
    if not 0 < weight <= 1:
        raise ValueError(f"a weight of {weight}")
    level = 0.0
    levels = []
    append = levels.append
    for sample in samples:
        level += weight * (sample - level)
        append(level)
    return levels


def energy(samples):
    """Sum of squares, added from the first sample to the last."""
    total = 0.0
    for sample in samples:
        total += sample * sample
    return total


def measure(samples, weight=0.125):
    """Last level, and energy above it."""
    levels = smooth(samples, weight)
    return (levels[-1], energy(samples) - energy(levels)) if levels else (0.0, 0.0)
