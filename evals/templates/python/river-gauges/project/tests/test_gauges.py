import math

import pytest

from gauges.readings import fill_gaps, rises
from gauges.windows import bulletin, crests, daily_means, warnings


def levels(count):
    return [round(2 + math.sin(n / 40) + (n * 7919 % 101) / 300, 3) for n in range(count)]


def test_gaps_are_filled_from_before():
    assert fill_gaps([None, 1.5, None, 2.0]) == [1.5, 1.5, 1.5, 2.0]


def test_a_series_of_gaps_is_refused():
    with pytest.raises(ValueError, match="no level"):
        fill_gaps([None])


def test_crests_of_windows():
    assert crests([1.0, 3.0, 2.0, 0.5, 2.5], 3) == [3.0, 3.0, 2.5]
    assert crests([1.0], 2) == []


def test_a_window_holds_something():
    with pytest.raises(ValueError, match="window of 0"):
        crests([1.0], 0)


def test_neighbouring_windows_are_one_warning():
    assert warnings([1.0, 5.0, 1.0, 1.0, 1.0, 6.0], 2, 5.0) == [(0, 1), (4, 4)]


def test_a_sharp_rise_is_found():
    assert rises([1.0, 1.1, 1.5], 0.2) == [2]


def test_means_of_whole_days_only():
    assert len(daily_means(levels(200))) == 2


def test_a_month_of_levels():
    result = bulletin(levels(30 * 96), 3.0)
    assert len(result["means"]) == 30
    assert result["warnings"]
