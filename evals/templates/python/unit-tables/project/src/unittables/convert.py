"""Convert values from one unit into another."""

from fractions import Fraction

from unittables import tables


class UnknownUnit(KeyError):
    """No such unit, or of another dimension."""


def convert(value, source, target, places=None):
    """Convert ``value``, exactly; as text rounded to ``places`` decimals when given."""
    try:
        factor = tables.FACTORS[source, target]
    except KeyError:
        raise UnknownUnit(f"cannot convert {source} into {target}") from None
    exact = Fraction(value) * factor
    if places is None:
        return exact
    return f"{float(round(exact, places)):.{places}f}" if places else str(round(exact))


def known(source):
    """The units into which ``source`` can be converted, in the order of the definitions."""
    return [target for first, target in tables.FACTORS if first == source]
