import pytest
from attrs import evolve

from codeflash_core.model.comparison import Comparison, Control, Outcome
from codeflash_core.model.verdict import Evidence, Fault, Same
from codeflash_core.reports import evidence


def as_dict(rows):
    return {row.name: row.value for row in rows}


def test_the_verdict_is_listed_with_what_it_rests_on(accepted):
    rows = as_dict(evidence.behaviour_rows(accepted.best))
    assert rows["Inputs compared"].startswith("412: result, exception")
    assert rows["Grades of inputs"] == "12 traced, 400 test"
    assert rows["Project tests"] == "31 tests passed under the change"
    assert rows["Seeded faults"].startswith("2 of 3 caught (mutation score 0.67); 1 more")
    assert rows["Inputs that could still differ"].startswith("at most 0.6 %")


def test_failed_tests_are_counted(accepted):
    failed = evolve(accepted.best, verdict=Same(Evidence(tests_passed=1, tests_failed=("a", "b"))))
    assert as_dict(evidence.behaviour_rows(failed))["Project tests"] == (
        "1 test passed under the change, 2 failed"
    )


def test_faults_that_a_fallback_covers_are_counted_by_themselves(accepted):
    faults = (
        Fault(1, "a", "b", caught=True),
        Fault(2, "a", "b", caught=False, fallback=True),
        Fault(3, "a", "b", caught=False, equivalent=True),
    )
    found = evolve(accepted.best, verdict=Same(Evidence(faults=faults)))
    assert as_dict(evidence.behaviour_rows(found))["Seeded faults"] == (
        "1 of 1 caught (mutation score 1.00); 1 more in conditions whose paths all pass when they are forced; "
        "1 more only made the fallback answer, which was the same"
    )
    assert evidence.surviving(found) == ()


def test_faults_of_which_none_counts_give_no_score(accepted):
    faults = (Fault(2, "a", "b", caught=False, fallback=True),)
    found = evolve(accepted.best, verdict=Same(Evidence(faults=faults)))
    assert as_dict(evidence.behaviour_rows(found))["Seeded faults"].startswith("none counts; 1 more only")


def test_without_inputs_or_tests_it_is_said_so(accepted):
    rows = as_dict(evidence.behaviour_rows(evolve(accepted.best, verdict=Same())))
    assert rows["Inputs compared"].startswith("none")
    assert rows["Project tests"] == "none ran under the change"


def test_no_seeded_faults_is_said_so(accepted):
    bare = evolve(accepted.best, verdict=Same())
    assert as_dict(evidence.behaviour_rows(bare))["Seeded faults"] == "none seeded"


def test_what_is_missing_is_listed(accepted):
    lacking = Same(Evidence(unseeded="only a constant changes", unreached=("line 7: return 0",)))
    rows = as_dict(evidence.behaviour_rows(evolve(accepted.best, verdict=lacking)))
    assert rows["Seeded faults"] == "none seeded: only a constant changes"
    assert rows["Changed places that no input reaches"] == "line 7: return 0"


def test_an_undecided_verdict_says_why(accepted):
    undecided = next(a for a in accepted.attempts if a.candidate.source == "rewrites:sorted-key")
    assert as_dict(evidence.behaviour_rows(undecided))["Behaviour"] == "undecided: wrong code loaded"


def test_only_faults_that_change_behaviour_survive(accepted):
    assert evidence.surviving(accepted.best) == (Fault(15, "order.id in wanted_ids", "False", caught=False),)


def test_an_unchecked_attempt_has_no_evidence(accepted):
    unchecked = evolve(accepted.best, verdict=None)
    assert evidence.behaviour_rows(unchecked) == ()
    assert evidence.surviving(unchecked) == ()


def test_the_measurement_is_listed_with_its_level_and_cold_figure(accepted):
    rows = as_dict(evidence.speed_rows(accepted.best.comparison))
    interval = accepted.best.comparison.interval
    assert rows["Speedup"] == f"{interval} at 99.9 %, {interval.blocks} blocks"
    assert rows["On cold caches"] == "1.79x [1.75, 1.83]"
    assert rows["Gain to exceed"] == "2 %"
    assert rows["Peak memory"] == "1.04 times the original's"


def test_a_measurement_that_failed_names_its_problem():
    rows = as_dict(
        evidence.speed_rows(Comparison(Outcome.INCONCLUSIVE, None, 0.02, problem="the worker died"))
    )
    assert rows["Problem"] == "the worker died"
    assert "Speedup" not in rows


@pytest.mark.parametrize(("noisy", "word"), [(True, "noisy, so more gain was asked for"), (False, "quiet")])
def test_the_control_says_how_noisy_the_machine_is(noisy, word):
    row = evidence.control_row(Control(0.001, 0.01, 0.005, 4, noisy, 0.0151))
    assert row.value == f"1.51 %; mean 0.1 %, spread 1 %, 4 blocks: {word}"


def test_the_confirmation_is_shown_before_the_screening(accepted):
    best = accepted.best
    assert (
        evidence.figure_of(evolve(best, screening=Comparison(Outcome.CONTINUE, None, 0.02)))
        is best.comparison
    )
    screened = next(a for a in accepted.attempts if a.comparison is None and a.screening is not None)
    assert evidence.figure_of(screened) is screened.screening


def test_growth_is_put_in_words_wherever_it_was_recorded(accepted):
    words = evidence.growth_of(accepted)
    assert words.startswith("n^1.9")
    assert words.endswith("after")
    moved = evolve(
        accepted,
        growth=None,
        best=evolve(accepted.best, comparison=evolve(accepted.best.comparison, growth=accepted.growth)),
    )
    assert evidence.growth_of(moved) == words
    assert evidence.growth_of(evolve(accepted, growth=None)) == ""
    assert evidence.growth_of(evolve(accepted, growth=None, best=None)) == ""
