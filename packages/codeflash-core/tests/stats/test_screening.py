import pytest

from codeflash_core.stats.screening import Screened, rank


def screened(name, mean, size=0, wobble=0.002):
    return Screened(name, (mean - wobble, mean + wobble, mean - wobble, mean + wobble), size)


def test_the_largest_gain_comes_first():
    found = rank([screened("small", 0.1), screened("large", 0.5), screened("middle", 0.3)])
    assert found.order == ("large", "middle", "small")
    assert found.confirm == ("large", "middle")


def test_hopeless_candidates_are_ordered_but_not_confirmed():
    found = rank([screened("none", 0.0), screened("loss", -0.2), screened("gain", 0.2)], limit=5)
    assert found.order == ("gain", "none", "loss")
    assert found.confirm == ("gain",)


def test_a_candidate_whose_bound_reaches_the_threshold_is_worth_confirming():
    assert rank([screened("wide", 0.01, wobble=0.02)]).confirm == ("wide",)


def test_equal_gains_go_to_the_smaller_change():
    found = rank(
        [screened("long", 0.305, size=9), screened("short", 0.3, size=2), screened("far", 0.2, size=1)]
    )
    assert found.order == ("short", "long", "far")


def test_the_order_given_does_not_matter():
    rows = [screened("b", 0.3, 2), screened("a", 0.3, 2), screened("c", 0.31, 2)]
    assert rank(rows).order == rank(rows[::-1]).order


def test_nothing_to_screen_gives_nothing():
    assert rank([]).order == ()


def test_no_more_than_the_limit_are_confirmed():
    rows = [screened(str(i), 0.1 * i) for i in range(1, 6)]
    assert rank(rows, limit=0).confirm == ()
    assert len(rank(rows, limit=3).confirm) == 3


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        rank([], limit=-1)
    with pytest.raises(ValueError, match="at least one block"):
        rank([Screened("x", ())])
