import math

import pytest

from codeflash_evals.scores.measures import MEASURES, by_case

BY_NAME = {measure.name: measure for measure in MEASURES}


def test_turns_of_a_case_are_averaged_before_cases_are(ran):
    runs = [ran(turn=1, found=True), ran(turn=2, found=False), ran(case="python/b", found=True)]
    assert by_case(runs, BY_NAME["found"]) == {"python/a": 0.5, "python/b": 1.0}


@pytest.mark.parametrize("name", ["found", "solved", "speedup", "share"])
def test_who_fails_where_something_is_to_be_found_has_found_nothing(ran, name):
    assert BY_NAME[name].of(ran(problem="no answer")) == 0.0
    assert BY_NAME[name].of(ran(problem="no answer", kind="no-slowness")) is None


@pytest.mark.parametrize("name", ["found", "solved", "speedup", "share"])
def test_what_is_to_be_found_does_not_count_where_nothing_is(ran, name):
    assert BY_NAME[name].of(ran(kind="lure")) is None


def test_who_is_told_where_to_look_has_nothing_to_find(ran):
    assert BY_NAME["found"].of(ran(kind="real-package", found=False)) is None
    assert BY_NAME["solved"].of(ran(kind="real-package")) == 0.0


def test_solved_is_same_behaviour_with_a_lower_bound_above_one(ran):
    solved = BY_NAME["solved"].of
    assert [
        solved(ran(low=1.2)),
        solved(ran(low=0.99)),
        solved(ran(low=1.2, same="different")),
        solved(ran()),
    ] == [
        1.0,
        0.0,
        0.0,
        0.0,
    ]


def test_the_lower_bound_is_earned_by_the_same_behaviour_only(ran):
    low = BY_NAME["speedup"].of
    assert low(ran(low=2.0)) == pytest.approx(math.log(2.0))
    assert low(ran(low=2.0, same="different")) == 0.0


def test_shares_are_bounded(ran):
    share = BY_NAME["share"].of
    assert [share(ran(share=value)) for value in (3.0, -7.0, 0.4, None)] == [1.0, -1.0, 0.4, None]


def test_behaviour_and_size_count_where_something_was_changed(ran):
    assert BY_NAME["same"].of(ran()) is None and BY_NAME["diff_lines"].of(ran()) is None
    assert BY_NAME["same"].of(ran(same="undecided", diff_lines=3)) == 0.0
    assert BY_NAME["diff_lines"].of(ran(same="same", diff_lines=3)) == 3.0


def test_false_claims_and_failures_are_counted(ran):
    assert BY_NAME["false_claims"].of(ran(false_claim="it differs")) == 1.0
    assert BY_NAME["false_claims"].of(ran(problem="x")) is None
    assert (BY_NAME["failed"].of(ran(problem="x")), BY_NAME["failed"].of(ran())) == (1.0, 0.0)
