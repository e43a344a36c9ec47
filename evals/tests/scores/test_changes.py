import pytest

from codeflash_evals.scores.changes import changes


def runs(ran, low, count=12, **more):
    return [ran(case=f"python/{number}", found=True, low=low, **more) for number in range(count)]


def names(rows):
    return {row.measure.name for row in rows if row.regressed}


def test_a_speedup_that_is_lost_everywhere_is_a_regression(ran):
    rows = changes(runs(ran, 2.0), runs(ran, 0.9))
    assert names(rows) == {"solved", "speedup"}


def test_the_same_results_and_better_ones_are_none(ran):
    assert names(changes(runs(ran, 1.5), runs(ran, 1.5))) == set()
    assert names(changes(runs(ran, 1.5), runs(ran, 3.0))) == set()


def test_one_case_of_many_that_is_lost_is_not_significant(ran):
    after = [*runs(ran, 2.0)[:-1], ran(case="python/11", found=True, low=0.9)]
    assert names(changes(runs(ran, 2.0), after)) == set()


@pytest.mark.parametrize(("count", "regressed"), [(5, set()), (8, {"solved", "speedup"})])
def test_of_few_cases_it_may_be_chance_that_all_are_worse(ran, count, regressed):
    before, after = runs(ran, 2.0, count), runs(ran, 0.9, count)
    assert names(changes(before, after)) == regressed


def test_more_false_claims_are_worse_although_the_figure_is_higher(ran):
    assert "false_claims" in names(changes(runs(ran, 2.0), runs(ran, 2.0, false_claim="it differs")))


def test_subjects_are_kept_apart(ran):
    first = [*runs(ran, 2.0), *runs(ran, 2.0, subject="agent:claude")]
    second = [*runs(ran, 2.0), *runs(ran, 0.9, subject="agent:claude")]
    assert {row.subject for row in changes(first, second) if row.regressed} == {"agent:claude"}
