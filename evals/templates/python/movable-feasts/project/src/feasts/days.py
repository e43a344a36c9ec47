"""What callers ask."""

from feasts.years import FIRST, LAST, YEARS


class YearUnknown(ValueError):
    """A year outside of the calendar."""


def _year(year):
    try:
        return YEARS[year]
    except KeyError:
        raise YearUnknown(f"the calendar has the years {FIRST} to {LAST}, not {year}") from None


def feasts_of(year):
    """Names and dates of the feasts of a year, in order."""
    feasts, _ = _year(year)
    return [(day.isoformat(), name) for day, name in feasts.items()]


def working_days(year, month=None):
    """Working days of a month, or of the whole year."""
    _, counts = _year(year)
    if month is None:
        return sum(counts)
    if not 1 <= month <= 12:
        raise ValueError(f"no month {month}")
    return counts[month - 1]


def overview(years):
    """For each year its feasts and its working days."""
    return {year: (feasts_of(year), [working_days(year, month) for month in range(1, 13)]) for year in years}
