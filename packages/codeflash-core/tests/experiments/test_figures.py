"""From the engine's answer to the figures of a session."""

import pytest

from codeflash_core.experiments.figures import measured_of, per_call
from codeflash_core.model.candidate import Candidate
from codeflash_core.model.comparison import Block, Comparison, InputSamples, Interval, Outcome
from codeflash_core.model.decision import Attempt, Decision, DecisionWord, TargetResult
from codeflash_core.model.verdict import Counterexample, Different, Evidence, Same, Undecided


def block(a, b, weight=1.0):
    samples = InputSamples("i", weight, 1, (a,) * 4, (b,) * 4, (a,) * 4, (b,) * 4)
    return Block((samples, InputSamples("j", 1.0, 1, (10.0,) * 4, (10.0,) * 4, (10.0,) * 4, (10.0,) * 4)))


def result(verdict, word=DecisionWord.ACCEPTED, comparison=None):
    decision = Decision(word, ("because",))
    attempt = Attempt(Candidate("id", "patch", {}), "diff", decision, verdict, comparison=comparison)
    return TargetResult("a.py::f", decision, best=attempt, calls=7)


def test_time_per_call_weighs_inputs_as_the_workload_does():
    before, after = per_call([block(30.0, 20.0, weight=3.0)])
    assert (before, after) == (pytest.approx(25.0), pytest.approx(17.5))


def test_without_usable_blocks_there_is_no_time():
    assert per_call([]) == (None, None)
    assert per_call([Block((), problem="crashed")]) == (None, None)


def test_a_proven_gain_carries_its_interval_and_threshold():
    interval = Interval(1.5, 1.4, 1.6, 0.99, 6)
    comparison = Comparison(Outcome.FASTER, interval, 0.05, blocks=(block(30.0, 20.0),))
    measured = measured_of(result(Same(Evidence(calls=12, tests_passed=3)), comparison=comparison), 0.02)
    assert measured.proves_gain
    assert (measured.low, measured.threshold, measured.evidence) == (1.4, 1.05, "12 calls, 3 tests")


def test_a_noisy_machine_asks_for_more():
    interval = Interval(1.05, 1.04, 1.06, 0.99, 6)
    comparison = Comparison(Outcome.FASTER, interval, 0.05, blocks=(block(30.0, 20.0),))
    assert not measured_of(result(Same(), comparison=comparison), 0.02).proves_gain


def test_a_difference_comes_with_its_counterexample():
    found = Counterexample("f([2, 1])", "result", "[1, 2]", "[2, 1]")
    measured = measured_of(result(Different(found), DecisionWord.REJECTED), 0.02)
    assert (measured.verdict, measured.counterexample["call"]) == ("different", "f([2, 1])")
    assert measured.threshold == 1.02
    assert not measured.proves_gain


@pytest.mark.parametrize("verdict", [Undecided("timeout"), None])
def test_what_was_not_decided_is_undecided(verdict):
    assert measured_of(result(verdict, DecisionWord.NEEDS_EVIDENCE), 0.02).verdict == "undecided"


def test_no_candidate_at_all_is_undecided():
    measured = measured_of(TargetResult("a.py::f", Decision(DecisionWord.REJECTED)), 0.02)
    assert (measured.verdict, measured.low) == ("undecided", None)
