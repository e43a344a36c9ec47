"""Whole numbers, shares and days."""

from decimal import Decimal


def halves(numbers: list) -> list:
    """Half of each number, cut off towards zero."""
    found = []
    for number in numbers:
        half = (number if number >= 0 else -number) // 2
        found.append(half if number >= 0 else -half)
    return found


def turn(place: int, size: int) -> int:
    """Where a place on a round table is, counted from its first seat."""
    if size < 1:
        raise ValueError(f"a table of {size}")
    while place >= size:
        place -= size
    return place


def rounded(values: list) -> list:
    """Values of at least zero as whole numbers, halves upwards."""
    found = []
    for value in values:
        whole = int(value)
        if value - whole >= 0.5:
            whole = whole + 1
        found.append(whole)
    return found


def percentile(values: list, share: int) -> float:
    """The value below which a share of the values lies, in percent."""
    if not values:
        raise ValueError("no values")
    ordered = []
    for value in sorted(values):
        ordered = ordered + [value]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


def money(values: list) -> Decimal:
    """The sum of decimal amounts."""
    result = Decimal("0.00")
    for value in values:
        result = result + value
    return result


def weighted(values: list[float], weights: list[float]) -> float:
    """The sum of the values times their weights."""
    result = 0.0
    for at in range(len(values)):
        result = result + values[at] * weights[at]
    return result


def by_day(stamps: list) -> dict:
    """The moments of each day, by the day that their own clock shows."""
    found = {}
    for stamp in stamps:
        day = stamp.date()
        if day not in found:
            found[day] = []
        found[day] = found[day] + [stamp]
    return found


def first_over(values: list, limit: int) -> int:
    """The place of the first value over a limit, or -1."""
    found = -1
    for at in range(len(values)):
        if values[at] > limit and found == -1:
            found = at
    return found


def equal_steps(values: list) -> int:
    """How often a value is the one before."""
    count = 0
    for at in range(1, len(values)):
        if values[at] == values[at - 1]:
            count = count + 1
    return count


def last_of(values: list, count: int) -> list:
    """The last values, so many."""
    found = []
    for at in range(len(values)):
        if at >= len(values) - count:
            found.append(values[at])
    return found


def tops(entries: list, count: int) -> list:
    """The highest entries by score; equal ones in the order given."""
    ordered = []
    for entry in sorted(entries, key=lambda entry: entry[1], reverse=True):
        ordered = ordered + [entry]
    return ordered[:count]


def product(values: list) -> float:
    """All values multiplied, from first to last."""
    result = 1
    for at in range(len(values)):
        result = result * values[at]
    return result
