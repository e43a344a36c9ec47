from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from ledger.figures import (
    by_day,
    equal_steps,
    first_over,
    halves,
    last_of,
    money,
    percentile,
    product,
    rounded,
    tops,
    turn,
    weighted,
)


def test_halves_are_cut_off():
    assert halves([4, 5, 0, 12]) == [2, 2, 0, 6]
    assert halves([]) == []


def test_tables_are_round():
    assert turn(3, 4) == 3
    assert turn(9, 4) == 1
    assert turn(0, 1) == 0
    with pytest.raises(ValueError, match="a table of 0"):
        turn(3, 0)


def test_halves_go_up():
    assert rounded([1.2, 1.5, 1.7, 3.0]) == [1, 2, 2, 3]
    assert rounded([]) == []


def test_percentiles_are_values():
    assert percentile([5, 1, 3, 2, 4], 50) == 3
    assert percentile([5, 1], 100) == 5
    assert percentile([7], 0) == 7
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_money_adds_up():
    assert money([Decimal("1.10"), Decimal("2.25")]) == Decimal("3.35")
    assert money([Decimal("-4")]) == Decimal("-4.00")


def test_weights_count():
    assert weighted([1.0, 2.0, 0.1], [0.5, 0.25, 3.0]) == pytest.approx(1.3)
    assert weighted([], []) == 0.0
    assert weighted([0.1] * 11, [0.3] * 11) == pytest.approx(0.33)


def test_moments_belong_to_days():
    west = timezone(timedelta(hours=-8))
    late, early = datetime(2024, 5, 1, 23, 30, tzinfo=west), datetime(2024, 5, 2, 6, 0, tzinfo=west)
    assert by_day([late, early]) == {date(2024, 5, 1): [late], date(2024, 5, 2): [early]}
    plain = datetime(2024, 5, 1, 12)
    assert by_day([plain, plain]) == {date(2024, 5, 1): [plain, plain]}
    assert by_day([]) == {}


def test_limits_are_passed():
    assert first_over([1, 5, 9], 4) == 1
    assert first_over([1, 2], 9) == -1
    assert first_over([], 0) == -1


def test_steps_may_be_equal():
    assert equal_steps([1, 1, 2, 2, 2, 1]) == 3
    assert equal_steps([]) == 0
    assert equal_steps(["a", "a", "b"]) == 1


def test_the_last_are_taken():
    assert last_of([1, 2, 3, 4], 2) == [3, 4]
    assert last_of([1, 2], 5) == [1, 2]


def test_the_highest_come_first():
    assert tops([("a", 1), ("b", 3), ("c", 2), ("d", 3)], 3) == [("b", 3), ("d", 3), ("c", 2)]
    assert tops([], 3) == []
    assert tops([("a", 1)], 2) == [("a", 1)]


def test_values_are_multiplied():
    assert product([2, 3, 4]) == 24
    assert product([0.5, 4]) == 2.0
    assert product([]) == 1
