import pytest

from slots.intervals import free, merge


def test_overlapping_and_touching_intervals_are_joined():
    assert merge([(5, 7), (1, 3), (3, 4), (6, 9)]) == [(1, 4), (5, 9)]
    assert merge([]) == []


def test_an_interval_within_another_changes_nothing():
    assert merge([(1, 9), (2, 3)]) == [(1, 9)]


def test_free_time():
    assert free([(60, 120), (90, 200), (0, 10)], 5, 240) == [(10, 60), (200, 240)]


def test_closing_before_opening_is_refused():
    with pytest.raises(ValueError, match="before it opens"):
        free([], 9, 8)


def test_a_year_of_meetings():
    busy = [(n * 7919 % 500_000, n * 7919 % 500_000 + n % 90) for n in range(5000)]
    merged = merge(busy)
    assert all(left[1] < right[0] for left, right in zip(merged, merged[1:]))
    assert len(free(busy, 0, 500_000)) > 100
