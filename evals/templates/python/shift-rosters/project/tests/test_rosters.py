import pytest

from rosters.teams import plan
from rosters.weeks import hours, week


def test_a_pattern_repeats():
    assert [shift for _, shift, _ in week("EN-", 5)] == ["early", "night", "off", "early", "night"]


@pytest.mark.parametrize("pattern", ["", "EX"])
def test_a_broken_pattern_is_refused(pattern):
    with pytest.raises(ValueError, match="not a pattern"):
        week(pattern, 3)


def test_long_runs_of_nights_count_double():
    assert hours(week("NNNN-", 5)) == 8 + 8 + 16 + 16


def test_an_absence_is_one_team_s_own():
    planned = plan({"a": "E", "b": "E"}, 2, [("a", 1, "ill")])
    assert planned["a"] == ([[0, "early", ""], [1, "off", "ill"]], 8)
    assert planned["b"] == ([[0, "early", ""], [1, "early", ""]], 16)


def test_years_of_rosters():
    planned = plan({f"t{n}": "EELLNN--"[n:] for n in range(5)}, 1200)
    assert len(planned["t4"][0]) == 1200
