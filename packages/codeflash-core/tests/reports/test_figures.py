import math

import pytest

from codeflash_core.model.comparison import Interval
from codeflash_core.reports import figures


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.834, "1.83"), (0.5, "0.50"), (253.4, "253"), (12345.6, "12,346"), (math.inf, "∞"), (math.nan, "?")],
)
def test_a_ratio_has_two_decimals_while_they_matter(value, shown):
    assert figures.ratio(value) == shown


def test_an_interval_names_its_bounds():
    assert figures.interval(Interval(1.83, 1.79, 1.88, 0.999, 6)) == "1.83x [1.79, 1.88]"
    assert figures.interval(Interval(2.0, 0.0, math.inf, 0.999, 2)) == "2.00x [0.00, ∞]"


def test_a_single_block_claims_no_bounds():
    assert figures.interval(Interval(0.8, 0.0, math.inf, 0.999, 1)) == "about 0.80x"


def test_an_ordinary_interval_reads_as_the_model_prints_it():
    interval = Interval(1.0251, 1.0049, 1.051, 0.995, 30)
    assert figures.interval(interval) == str(interval)


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(0.02, 1, "2 %"), (0.004, 1, "0.4 %"), (0.1234, 2, "12.34 %"), (-1e-6, 2, "0 %"), (1.0, 0, "100 %")],
)
def test_a_percentage_has_no_needless_zeros(value, decimals, shown):
    assert figures.percent(value, decimals) == shown


def test_levels_keep_their_nines():
    assert figures.level(0.999) == "99.9 %"
    assert figures.level(1 - 2 * 0.0025 / 3) == "99.833 %"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0 ns"),
        (0.52, "0.520 ns"),
        (210.0, "210 ns"),
        (999.4, "999 ns"),
        (999.9, "1.00 µs"),
        (1234.5, "1.23 µs"),
        (56_700.0, "56.7 µs"),
        (2.5e6, "2.50 ms"),
        (4.2e9, "4.20 s"),
        (-1500.0, "-1.50 µs"),
    ],
)
def test_a_time_is_given_in_its_natural_unit(value, shown):
    assert figures.nanoseconds(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(4.21, "4.2 s"), (59.96, "60.0 s"), (185.2, "3 min 5 s")])
def test_a_wait_is_given_in_seconds_and_minutes(value, shown):
    assert figures.seconds(value) == shown


def test_exponents_and_counts_read_as_words():
    assert figures.exponent((1.98, 1.951, 2.01)) == "n^1.98 [1.95, 2.01]"
    assert figures.count(1, "test") == "1 test"
    assert figures.count(1200, "test") == "1,200 tests"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (1234.5, "$1,234.50"),
        (0.0123, "$0.0123"),
        (0.0, "$0.00"),
        (0.00003, "under $0.0001"),
        (None, "not told"),
    ],
)
def test_a_price_that_is_not_nothing_is_not_shown_as_nothing(amount, shown):
    assert figures.money(amount) == shown
