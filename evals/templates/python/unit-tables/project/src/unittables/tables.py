"""Factors between units."""

from fractions import Fraction

from unittables.definitions import DIMENSIONS, PREFIXED, PREFIXES


def sizes(units):
    """Size of each unit of a dimension, prefixed ones included, as an exact fraction."""
    found = {}
    for name, size in units.items():
        if name not in PREFIXED:
            found[name] = Fraction(size)
            continue
        for prefix, power in PREFIXES.items():
            found[prefix + name] = Fraction(size) * Fraction(10) ** power
    return found


def build():
    """The factor for each pair of units of the same dimension."""
    factors = {}
    for units in DIMENSIONS.values():
        known = sizes(units)
        for source, size in known.items():
            for target, other in known.items():
                factors[source, target] = size / other
    return factors


FACTORS = build()
