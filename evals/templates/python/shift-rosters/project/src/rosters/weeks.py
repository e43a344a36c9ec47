"""Rosters by pattern."""

LETTERS = {"E": "early", "L": "late", "N": "night", "-": "off"}


def shifts(pattern):
    """Names of the shifts of a pattern such as ``EELLNN--``."""
    unknown = sorted(set(pattern) - set(LETTERS))
    if unknown or not pattern:
        raise ValueError(f"not a pattern: {pattern!r}")
    return [LETTERS[letter] for letter in pattern]


def week(pattern, days):
    """One entry [day, shift, remark] for each day, the pattern again and again."""
    names = shifts(pattern)
    entries = []
    for day in range(days):
        entries = entries + [[day, names[day % len(names)], ""]]
    return entries


def hours(entries):
    """Hours of work; nights count double from the third in a row."""
    total, nights = 0, 0
    for _, shift, _ in entries:
        nights = nights + 1 if shift == "night" else 0
        if shift != "off":
            total += 16 if nights > 2 else 8
    return total
