"""Profiles are matched with targets and ordered by what a fix could win."""

from __future__ import annotations

import pytest

from codeflash_core.errors import StageError
from codeflash_core.model.target import Target
from codeflash_python.profiling.ranking import rank, worth_trying


def target(name, line, end_line, path="m.py"):
    return Target(path=path, qualname=name, module="m", line=line, end_line=end_line)


def spot(name, line, own, cumulative, calls=1, path="m.py"):
    return {"path": path, "name": name, "line": line, "own": own, "cumulative": cumulative, "calls": calls}


def test_targets_are_ordered_by_their_own_time():
    data = {
        "total": 10.0,
        "functions": [
            spot("a", 1, 1.0, 9.0),
            spot("C.b", 10, 6.0, 6.0, calls=5),
            spot("x", 1, 1, 1, path="n.py"),
        ],
    }
    ranking = rank(data, [target("a", 1, 5), target("C.b", 10, 12), target("idle", 20, 22)])
    assert [each.target.qualname for each in ranking.ranked] == ["C.b", "a"]
    first = ranking.ranked[0]
    assert (first.own_seconds, first.cumulative_seconds, first.calls, first.share) == (6.0, 6.0, 5, 0.6)
    assert ranking.uncalled == ("m.py::idle",)
    assert ranking.total_seconds == 10.0


def test_what_is_nested_in_a_target_counts_as_its_own_time():
    data = {"total": 4.0, "functions": [spot("a", 1, 1.0, 3.0), spot("a.<locals>.<listcomp>", 3, 1.5, 1.5)]}
    (each,) = rank(data, [target("a", 1, 5)]).ranked
    assert each.own_seconds == 2.5


def test_a_lambda_on_the_targets_line_is_not_the_target():
    data = {"total": 4.0, "functions": [spot("<lambda>", 1, 3.0, 3.0)]}
    assert rank(data, [target("a", 1, 5)]).uncalled == ("m.py::a",)


def test_no_time_exceeds_the_total():
    data = {"total": 1.0, "functions": [spot("a", 1, 5.0, 7.0)]}
    (each,) = rank(data, [target("a", 1, 5)]).ranked
    assert (each.own_seconds, each.share) == (1.0, 1.0)


def test_an_idle_workload_has_no_shares():
    data = {"total": 0.0, "functions": [spot("a", 1, 0.0, 0.0)]}
    assert rank(data, [target("a", 1, 5)]).ranked[0].share == 0.0


def test_targets_without_time_are_not_worth_trying():
    data = {"total": 10.0, "functions": [spot("a", 1, 5.0, 5.0), spot("b", 10, 0.001, 0.001)]}
    ranking = rank(data, [target("a", 1, 5), target("b", 10, 12)])
    assert [each.target.qualname for each in worth_trying(ranking)] == ["a"]


def test_problems_become_notes():
    data = {"total": 0.0, "functions": [], "notes": ["slow"], "problems": {"t.py": "broken"}}
    assert rank(data, []).notes == ("slow", "t.py could not be run: broken")


@pytest.mark.parametrize(
    "data",
    [
        {"total": 1.0},
        {"total": 1.0, "functions": [3]},
        {"total": "1", "functions": []},
        {"total": float("inf"), "functions": []},
        {"total": 1.0, "functions": [{**spot("a", 1, 1, 1), "path": 3}]},
        {"total": 1.0, "functions": [{**spot("a", 1, 1, 1), "line": "1"}]},
        {"total": 1.0, "functions": [{**spot("a", 1, 1, 1), "own": None}]},
    ],
)
def test_a_malformed_profile_is_refused(data):
    with pytest.raises(StageError):
        rank(data, [])
