import math

import pytest
from attrs import frozen

from codeflash_core.model.comparison import Interval
from codeflash_evals.scores.scoring import Observed, diff_lines, rank_of, scores_of

SPOT = "src/a.py::slow"
FAST = (math.log(4.0),) * 3
HALF = (math.log(2.0),) * 3


@frozen
class Planted:
    targets: tuple[str, ...] = (SPOT,)
    rank_within: int = 1


NOTHING = Planted(())


def interval(low, high):
    return Interval((low + high) / 2, low, high, 0.95, 8)


def seen(**more):
    values = {
        "ranked": (SPOT, "src/a.py::other"),
        "accepted": {SPOT: 1.5},
        "changed_files": ("src/a.py",),
        "same": "same",
        "saving": interval(1.9, 2.1),
        "reference": interval(3.9, 4.1),
        "logs": (HALF, FAST),
        "unit": "cpu",
    }
    return Observed(**{**values, **more})


def test_half_of_the_reference_on_the_log_scale_is_half_the_share():
    scores = scores_of(Planted(), seen())
    assert (scores.found, scores.changed, scores.share, scores.false_claim) == (True, True, 0.5, "")


def test_what_is_accepted_and_not_delivered_changed_nothing():
    assert scores_of(Planted(), seen(changed_files=("src/b.py",))).changed is False


def test_behaviour_that_differs_earns_nothing_and_is_a_false_claim():
    scores = scores_of(Planted(), seen(same="different", where="input 2", saving=None, logs=((), ())))
    assert scores.share == 0.0
    assert scores.false_claim == "an accepted change behaves differently: input 2"


def test_undecided_behaviour_earns_nothing_and_is_no_false_claim():
    scores = scores_of(Planted(), seen(same="undecided"))
    assert (scores.share, scores.false_claim) == (0.0, "")


def test_a_change_where_nothing_is_to_be_found_is_a_false_claim_and_has_no_share():
    scores = scores_of(NOTHING, seen())
    assert "nothing is to be found" in scores.false_claim
    assert (scores.found, scores.changed, scores.share) == (None, None, None)


def test_a_claim_that_the_hidden_workload_contradicts_is_false():
    assert "slower" in scores_of(Planted(), seen(saving=interval(0.8, 0.95))).false_claim


def test_a_change_that_deceives_the_clock_is_a_false_claim():
    scores = scores_of(Planted(), seen(cheat="cheating: it keeps answers", cold=interval(0.9, 1.0)))
    assert (scores.cheat, scores.cold) == ("cheating: it keeps answers", interval(0.9, 1.0))
    assert scores.false_claim == "an accepted change deceives the clock: cheating: it keeps answers"


def test_a_claim_whose_hidden_interval_holds_one_is_not_called_false():
    assert scores_of(Planted(), seen(saving=interval(0.9, 1.05))).false_claim == ""


def test_doing_nothing_is_never_a_false_claim():
    nothing = Observed(ranked=("src/a.py::other", SPOT))
    scores = scores_of(Planted(), nothing)
    assert (scores.rank, scores.found, scores.share, scores.same) == (2, False, 0.0, "unchanged")
    assert scores.false_claim == ""
    assert scores_of(NOTHING, nothing).false_claim == ""


def test_a_spot_counts_as_found_up_to_its_rank():
    low = Observed(ranked=("src/a.py::other", SPOT))
    assert scores_of(Planted(rank_within=2), low).found is True
    assert scores_of(Planted(), Observed()).found is False


def test_a_reference_that_saves_nothing_is_no_measure():
    assert scores_of(Planted(), seen(logs=(HALF, (0.001,) * 3))).share is None
    assert scores_of(Planted(), seen(logs=(HALF, ()))).share is None


@pytest.mark.parametrize(("targets", "rank"), [(("b", "c"), 2), (("z",), None), ((), None)])
def test_the_best_rank_counts(targets, rank):
    assert rank_of(targets, ["a", "b", "c"]) == rank


def test_lines_added_and_removed_are_counted_over_all_files():
    before = {"a": b"one\ntwo\n", "new": None, "gone": b"x\n"}
    after = {"a": b"one\n2\n", "new": b"y\nz\n", "gone": None}
    assert diff_lines(before, after) == 5
