import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_evals.scores.bootstrap import LEAST_CASES, change_of, holm, mean_of

VALUES = st.lists(st.floats(-10, 10), min_size=LEAST_CASES, max_size=12)


@settings(deadline=None, max_examples=20)
@given(VALUES)
def test_the_interval_holds_the_mean_and_stays_within_the_values(values):
    mean = mean_of(values)
    assert min(values) - 1e-9 <= mean.low <= mean.point + 1e-9
    assert mean.point - 1e-9 <= mean.high <= max(values) + 1e-9


def test_the_same_values_give_the_same_interval():
    values = [0.03, 1.7, 1.1, 0.2, 0.9, 0.5]
    assert mean_of(values) == mean_of(values)
    assert mean_of(values, seed=1) != mean_of(values, seed=2)


def test_few_cases_have_a_mean_and_no_interval():
    mean = mean_of([0.0, 1.0])
    assert (mean.point, mean.low, mean.high, mean.cases) == (0.5, None, None, 2)
    assert mean_of([]) is None


def cases(values):
    return {f"case-{number}": value for number, value in enumerate(values)}


def test_a_change_is_paired_by_case():
    change = change_of({**cases([0.0] * 6), "gone": 9.0}, {**cases([1.0] * 6), "new": 9.0}, sign=1)
    assert (change.mean.point, change.mean.cases) == (1.0, 6)
    assert change_of({"a": 1.0}, {"b": 1.0}, sign=1) is None


@pytest.mark.parametrize("sign", [1, -1])
def test_only_a_change_for_the_worse_is_significant(sign):
    before, after = cases([0.0] * 8), cases([0.5, 0.7, 0.4, 0.6, 0.5, 0.4, 0.8, 0.5])
    better = change_of(before, after, sign=sign).worse_p
    worse = change_of(after, before, sign=sign).worse_p
    assert (better > 0.9, worse < 0.01) == ((True, True) if sign == 1 else (False, False))
    assert (worse > 0.9, better < 0.01) == ((False, False) if sign == 1 else (True, True))


def test_no_change_and_too_few_cases_are_never_significant():
    assert change_of(cases([0.3] * 9), cases([0.3] * 9), sign=1).worse_p > 0.9
    assert change_of(cases([1.0] * 4), cases([0.0] * 4), sign=1).worse_p == 1.0


def test_holm_stops_at_the_first_that_is_not_significant():
    assert holm({"a": 0.001, "b": 0.03, "c": 0.02}) == {"a", "b", "c"}
    assert holm({"a": 0.001, "b": 0.04, "c": 0.03}) == {"a"}
    assert holm({"a": 0.2}) == set()
    assert holm({}) == set()
