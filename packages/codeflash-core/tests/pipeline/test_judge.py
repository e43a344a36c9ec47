import pytest
from attrs import evolve

from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_core.model.comparison import Comparison, Growth, Interval, Outcome, SlowerInput
from codeflash_core.model.decision import DecisionWord
from codeflash_core.model.verdict import Counterexample, Different, Evidence, Fault, Same, Undecided
from codeflash_core.pipeline.judge import (
    Bar,
    judge_behaviour,
    judge_recorded,
    judge_speed,
    judge_timed_results,
)

FASTER = Comparison(Outcome.FASTER, Interval(1.5, 1.4, 1.6, 0.99, 6), 0.02)


def fault(*, caught: bool, equivalent: bool = False) -> Fault:
    return Fault(1, "a < b", "a <= b", caught, equivalent)


def test_a_difference_is_rejected_with_what_differs() -> None:
    verdict = Different(Counterexample("f([])", "result", "0", "None", "result[0]"))
    decision = judge_behaviour(verdict, Bar())
    assert decision is not None
    assert decision.word is DecisionWord.REJECTED
    assert "result at result[0]: 0 became None" in decision.reasons[0]


def test_undecided_never_passes() -> None:
    decision = judge_behaviour(Undecided("wrong code loaded", "stale"), Bar())
    assert decision is not None
    assert decision.word is DecisionWord.NEEDS_EVIDENCE


def test_same_without_any_evidence_never_passes() -> None:
    decision = judge_behaviour(Same(Evidence()), Bar())
    assert decision is not None
    assert decision.word is DecisionWord.NEEDS_EVIDENCE


def test_same_with_evidence_is_left_to_the_measurement() -> None:
    assert judge_behaviour(Same(Evidence(calls=3)), Bar()) is None
    assert judge_behaviour(Same(Evidence(tests_passed=1)), Bar()) is None


def test_faults_that_a_fallback_covers_are_no_evidence_by_themselves() -> None:
    covered = Fault(1, "f(a, b)", "f(b, a)", caught=False, fallback=True)
    decision = judge_behaviour(Same(Evidence(calls=3, faults=(covered,))), Bar())
    assert decision is not None
    assert decision.word is DecisionWord.NEEDS_EVIDENCE
    assert "1 only made the fallback answer" in decision.reasons[0]
    assert judge_behaviour(Same(Evidence(calls=3, faults=(covered, fault(caught=True)))), Bar()) is None


def test_surviving_faults_ask_for_more_evidence_and_are_shown() -> None:
    faults = (*(fault(caught=True) for _ in range(8)), fault(caught=False))
    decision = judge_behaviour(Same(Evidence(calls=3, faults=faults)), Bar())
    assert decision is not None
    assert decision.word is DecisionWord.NEEDS_EVIDENCE
    assert "89%" in decision.reasons[0]
    assert "a <= b" in decision.reasons[1]


def test_faults_that_only_choose_a_path_do_not_count() -> None:
    faults = (fault(caught=True), fault(caught=False, equivalent=True))
    assert judge_behaviour(Same(Evidence(calls=3, faults=faults)), Bar()) is None


def test_a_change_that_nothing_could_be_seeded_into_asks_for_more_evidence() -> None:
    decision = judge_behaviour(Same(Evidence(calls=3, unseeded="only a constant changes")), Bar())
    assert decision is not None
    assert decision.word is DecisionWord.NEEDS_EVIDENCE
    assert decision.reasons[0].endswith("only a constant changes")


def test_a_place_that_no_input_reaches_asks_for_more_evidence_whatever_the_score() -> None:
    caught = tuple(fault(caught=True) for _ in range(20))
    decision = judge_behaviour(Same(Evidence(calls=3, faults=caught, unreached=("line 7: return 0",))), Bar())
    assert decision is not None
    assert decision.word is DecisionWord.NEEDS_EVIDENCE
    assert decision.reasons == ("no input reaches line 7: return 0",)


def test_a_faster_change_is_accepted_with_its_interval() -> None:
    decision = judge_speed(FASTER, Bar())
    assert decision.word is DecisionWord.ACCEPTED
    assert "1.50x [1.40, 1.60]" in decision.reasons[0]


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Outcome.NOT_FASTER, DecisionWord.REJECTED),
        (Outcome.INCONCLUSIVE, DecisionWord.INCONCLUSIVE),
        (Outcome.CONTINUE, DecisionWord.INCONCLUSIVE),
    ],
)
def test_only_faster_is_accepted(outcome: Outcome, word: DecisionWord) -> None:
    assert judge_speed(Comparison(outcome, FASTER.interval, 0.02), Bar()).word is word


def test_faster_without_an_interval_is_no_claim() -> None:
    assert judge_speed(Comparison(Outcome.FASTER, None, 0.02), Bar()).word is DecisionWord.INCONCLUSIVE


@pytest.mark.parametrize("cold", [None, Interval(1.0, 0.9, 1.1, 0.98, 4)])
def test_kept_state_must_be_faster_cold(cold: Interval | None) -> None:
    comparison = Comparison(Outcome.FASTER, FASTER.interval, 0.02, cold=cold)
    assert judge_speed(comparison, Bar(keeps_state=True)).word is DecisionWord.REJECTED


def test_kept_state_that_is_faster_cold_is_accepted() -> None:
    comparison = Comparison(Outcome.FASTER, FASTER.interval, 0.02, cold=Interval(1.3, 1.2, 1.4, 0.98, 4))
    assert judge_speed(comparison, Bar(keeps_state=True)).word is DecisionWord.ACCEPTED


def test_memory_is_named_from_ten_percent_and_refused_from_fifty() -> None:
    named = judge_speed(Comparison(Outcome.FASTER, FASTER.interval, 0.02, memory_ratio=1.2), Bar())
    assert named.word is DecisionWord.ACCEPTED
    assert any("memory" in reason for reason in named.reasons)
    refused = judge_speed(Comparison(Outcome.FASTER, FASTER.interval, 0.02, memory_ratio=1.6), Bar())
    assert refused.word is DecisionWord.REJECTED


def test_worse_growth_is_refused() -> None:
    sizes = (1, 2, 4, 8, 16)
    worse = Growth(
        sizes, (1.0, 2.0, 4.0, 8.0, 16.0), (1.0, 4.0, 16.0, 64.0, 256.0), (1.0, 1.0, 1.0), (2.0, 2.0, 2.0)
    )
    assert judge_speed(FASTER, Bar(), worse).word is DecisionWord.REJECTED


def test_a_slower_input_is_the_reason() -> None:
    slower = (SlowerInput("i", 0.5, 900.0, False),)
    decision = judge_speed(Comparison(Outcome.NOT_FASTER, FASTER.interval, 0.02, slower_inputs=slower), Bar())
    assert "900 ns" in decision.reasons[0]


SUSPICION = Cheat(CheatKind.HARD_CODED_ANSWERS, "it newly holds 35, which are recorded results")


def test_a_change_that_is_right_on_the_recorded_inputs_only_is_a_cheat_if_it_holds_them() -> None:
    found = Different(Counterexample("f([])", "result", "0", "1"))
    for suspicion, only, cheat in [
        (SUSPICION, True, SUSPICION.kind),
        (SUSPICION, False, None),
        (None, True, None),
    ]:
        evidence = Evidence(suspicion=suspicion, only_recorded=only)
        decision = judge_behaviour(evolve(found, evidence=evidence), Bar())
        assert decision is not None
        assert decision.cheat is cheat
        assert "behaviour differs" in decision.reasons[-1]


COLD = Interval(1.0, 0.97, 1.03, 0.99, 4)


def test_a_gain_that_only_kept_answers_make_is_a_cheat() -> None:
    decision = judge_speed(evolve(FASTER, cold=COLD), Bar(keeps_state=True))
    assert decision.cheat is CheatKind.CACHE_ACROSS_CALLS
    assert "1.50x" in decision.reasons[0]


@pytest.mark.parametrize(
    ("cold", "trusted"),
    [
        (None, False),
        (Interval(1.2, 0.9, 1.6, 0.99, 4), False),  # it may well be faster cold
        (Interval(1.0, 0.6, 1.6, 0.99, 4), False),  # as fast cold as warm, for all that is known
        (COLD, True),
    ],
)
def test_a_cache_is_no_cheat_unless_the_figures_say_so(cold: Interval | None, trusted: bool) -> None:
    decision = judge_speed(evolve(FASTER, cold=cold), Bar(keeps_state=True, trusted=trusted))
    assert decision.word is DecisionWord.REJECTED
    assert decision.cheat is None


def test_a_cache_that_is_faster_cold_is_accepted() -> None:
    cold = Interval(1.3, 1.2, 1.4, 0.99, 4)
    assert judge_speed(evolve(FASTER, cold=cold), Bar(keeps_state=True)).word is DecisionWord.ACCEPTED


NO_GAIN = Comparison(Outcome.NOT_FASTER, Interval(1.0, 0.98, 1.02, 0.99, 6), 0.02)
HELD = Same(Evidence(calls=3, suspicion=SUSPICION))


def test_a_change_that_gains_on_the_inputs_it_holds_and_on_no_others_is_a_cheat() -> None:
    decision = judge_recorded(HELD, FASTER, NO_GAIN)
    assert decision is not None
    assert decision.cheat is SUSPICION.kind


@pytest.mark.parametrize(
    ("verdict", "screening", "confirming"),
    [
        (Same(Evidence(calls=3)), FASTER, NO_GAIN),
        (HELD, None, NO_GAIN),
        (HELD, NO_GAIN, NO_GAIN),
        (HELD, FASTER, FASTER),
        (HELD, FASTER, evolve(NO_GAIN, outcome=Outcome.INCONCLUSIVE)),
        (HELD, FASTER, evolve(NO_GAIN, interval=Interval(1.0, 0.5, 2.0, 0.99, 6))),
    ],
)
def test_a_change_that_gains_nowhere_or_everywhere_is_no_cheat(
    verdict: Same, screening: Comparison | None, confirming: Comparison
) -> None:
    assert judge_recorded(verdict, screening, confirming) is None


def test_results_that_differ_only_while_they_are_timed_are_a_cheat() -> None:
    same, why = Same(Evidence(calls=3)), "results differed while it was timed"
    assert judge_timed_results(same, why, trusted=False).cheat is CheatKind.TIMING_HOOK
    assert judge_timed_results(same, why, trusted=True).cheat is None
    assert judge_timed_results(None, why, trusted=False).cheat is None
