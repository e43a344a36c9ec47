from datetime import date

import pytest

from feasts import feasts_of, working_days
from feasts.days import YearUnknown, overview
from feasts.easter import easter


@pytest.mark.parametrize(("year", "day"), [(2024, date(2024, 3, 31)), (2000, date(2000, 4, 23)), (1961, date(1961, 4, 2))])
def test_easter(year, day):
    assert easter(year) == day


def test_feasts_come_in_order():
    assert feasts_of(2024)[:2] == [("2024-01-01", "New Year"), ("2024-03-29", "Good Friday")]


def test_working_days():
    assert working_days(2024, 12) == 20
    assert working_days(2023) == sum(working_days(2023, month) for month in range(1, 13))


def test_the_calendar_ends():
    with pytest.raises(YearUnknown, match="1900 to 2299, not 1899"):
        feasts_of(1899)


def test_there_are_twelve_months():
    with pytest.raises(ValueError, match="no month 13"):
        working_days(2024, 13)


def test_an_overview():
    assert len(overview(range(1990, 2030))) == 40
