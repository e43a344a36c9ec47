"""Feasts and working days by year."""

from datetime import date, timedelta

from feasts.easter import easter

FIRST, LAST = 1900, 2299
OFFSETS = {"Good Friday": -2, "Easter Monday": 1, "Ascension": 39, "Whit Monday": 50}
FIXED = {"New Year": (1, 1), "Labour Day": (5, 1), "Christmas": (12, 25), "Boxing Day": (12, 26)}


def feasts_in(year):
    """Feasts of a year by date."""
    sunday = easter(year)
    found = {sunday + timedelta(days=offset): name for name, offset in OFFSETS.items()}
    for name, (month, day) in FIXED.items():
        found.setdefault(date(year, month, day), name)
    return dict(sorted(found.items()))


def working_in(year, feasts):
    """Number of working days of each month."""
    counts = [0] * 12
    day = date(year, 1, 1)
    while day.year == year:
        if day.weekday() < 5 and day not in feasts:
            counts[day.month - 1] += 1
        day += timedelta(days=1)
    return tuple(counts)


def years_table():
    """Feasts and working days of each year."""
    table = {}
    for year in range(FIRST, LAST + 1):
        feasts = feasts_in(year)
        table[year] = (feasts, working_in(year, feasts))
    return table


YEARS = years_table()
