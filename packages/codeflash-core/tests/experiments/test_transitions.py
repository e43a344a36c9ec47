"""Each step out of order is refused with what to do instead."""

import pytest
from attrs import evolve

from codeflash_core.errors import IllegalStep, UsageError
from codeflash_core.experiments import transitions
from codeflash_core.experiments.values import Ended, GuardOutcome, Learning, Plateau

PASSED, FAILED = GuardOutcome("make test", True), GuardOutcome("make test", False, "exit status 1")


def test_a_baseline_needs_a_profile(make):
    with pytest.raises(IllegalStep, match="no profile") as refused:
        transitions.baselined(make.session(), make.baseline())
    assert "session profile" in refused.value.instead


def test_a_baseline_is_of_what_the_profile_shows(make):
    session = transitions.profiled(make.session(), make.profile("src/shop/feeds.py::slug"))
    with pytest.raises(IllegalStep, match="does not show") as refused:
        transitions.baselined(session, make.baseline())
    assert "src/shop/feeds.py::slug" in refused.value.instead


def test_a_workload_without_calls_makes_no_profile(make):
    with pytest.raises(IllegalStep, match="calls no function"):
        transitions.profiled(make.session(), make.profile(calls=0))


def test_an_experiment_needs_a_profile(make):
    with pytest.raises(IllegalStep, match="no profile"):
        transitions.opened(make.session(), make.experiment())


def test_an_experiment_needs_a_baseline(make):
    session = transitions.profiled(make.session(), make.profile())
    with pytest.raises(IllegalStep, match="no baseline") as refused:
        transitions.opened(session, make.experiment())
    assert f"session baseline --target {make.target}" in refused.value.instead


def test_an_experiment_needs_a_baseline_of_its_own_target(make):
    with pytest.raises(IllegalStep, match="baseline is of"):
        transitions.opened(make.based(), make.experiment(target="src/shop/feeds.py::slug"))


@pytest.mark.parametrize(
    "step",
    [
        lambda make, session: transitions.opened(session, make.experiment(2)),
        lambda make, session: transitions.profiled(session, make.profile()),
        lambda make, session: transitions.baselined(session, make.baseline()),
        lambda make, session: transitions.finished(session, make.now),
    ],
    ids=["experiment", "profile", "baseline", "finish"],
)
def test_while_a_change_is_on_trial_nothing_else_begins_or_ends(make, step):
    with pytest.raises(IllegalStep, match="experiment 1 is open") as refused:
        step(make, make.on_trial())
    assert "evaluate" in refused.value.instead and "discard" in refused.value.instead


@pytest.mark.parametrize("field", ["technique", "hypothesis"])
def test_an_experiment_is_worded(make, field):
    with pytest.raises(UsageError):
        transitions.opened(make.based(), evolve(make.experiment(), **{field: "  "}))


def test_a_number_is_used_once(make):
    session = make.tried(make.based(), "caching", 1)
    with pytest.raises(IllegalStep, match="was there before"):
        transitions.opened(session, make.experiment(1))


def test_without_an_experiment_there_is_nothing_to_evaluate_keep_or_discard(make):
    for step in (transitions.may_evaluate, transitions.may_keep, transitions.may_discard):
        with pytest.raises(IllegalStep, match="no experiment is open") as refused:
            step(make.based())
        assert "session experiment" in refused.value.instead


def test_an_experiment_is_judged_once(make):
    session = make.on_trial(make.evaluation(measured=make.measured(decision="rejected")))
    with pytest.raises(IllegalStep, match="was evaluated") as refused:
        transitions.evaluated(session, 1, make.evaluation())
    assert "discard" in refused.value.instead


def test_after_a_crash_of_the_engine_it_may_be_judged_again(make):
    session = make.on_trial(make.evaluation(measured=None, crash="out of memory"))
    session = transitions.evaluated(session, 1, make.evaluation())
    assert transitions.may_keep(session).number == 1


def test_what_is_undecided_for_want_of_time_may_be_judged_again(make):
    undecided = make.measured(verdict="undecided", decision="needs-evidence", low=None, point=None, high=None)
    session = make.on_trial(make.evaluation(measured=undecided))
    assert "--budget" in transitions.next_step(session)
    session = transitions.evaluated(session, 1, make.evaluation())
    assert transitions.may_keep(session).number == 1


def test_a_measurement_is_not_repeated_until_it_pleases(make):
    session = make.on_trial(make.evaluation(measured=make.measured(decision="inconclusive")))
    with pytest.raises(IllegalStep, match="was evaluated"):
        transitions.evaluated(session, 1, make.evaluation())


def test_an_answer_for_another_experiment_is_refused(make):
    with pytest.raises(IllegalStep, match="ended while it was evaluated"):
        transitions.evaluated(make.on_trial(number=2), 1, make.evaluation())


def test_what_was_not_evaluated_is_not_kept(make):
    with pytest.raises(IllegalStep, match="not evaluated") as refused:
        transitions.may_keep(make.on_trial())
    assert "evaluate" in refused.value.instead


@pytest.mark.parametrize(
    "more",
    [
        {"verdict": "different"},
        {"verdict": "undecided"},
        {"decision": "rejected"},
        {"decision": "inconclusive"},
        {"decision": "needs-evidence"},
        {"low": 1.02},
        {"low": 1.01},
        {"low": None},
        {"threshold": 0.5},
        {"low": float("nan")},
    ],
    ids=str,
)
def test_only_a_proven_gain_is_kept(make, more):
    session = make.on_trial(make.evaluation(measured=make.measured(**more)))
    with pytest.raises(IllegalStep, match="can't be kept") as refused:
        transitions.kept(session, 1, make.closed(session))
    assert "discard" in refused.value.instead


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"no_op": True, "measured": None}, Ended.NO_OP),
        ({"crash": "a bug", "measured": None}, Ended.CRASH),
        ({"guard": FAILED}, Ended.GUARD_FAILED),
    ],
    ids=["no-op", "crash", "guard-failed"],
)
def test_what_is_not_kept_says_why_in_its_status(make, more, status):
    session = make.on_trial(make.evaluation(**more), guard="make test")
    with pytest.raises(IllegalStep, match="can't be kept"):
        transitions.may_keep(session)
    assert transitions.discarded(session, 1, "as told", make.now).closed[-1].status is status


@pytest.mark.parametrize(
    "guard", [None, FAILED, GuardOutcome("true", True)], ids=["none", "failed", "another"]
)
def test_with_a_guard_nothing_is_kept_before_that_guard_has_passed(make, guard):
    session = make.on_trial(make.evaluation(guard=guard), guard="make test")
    with pytest.raises(IllegalStep):
        transitions.may_keep(session)


def test_a_proven_gain_is_kept_with_its_commit(make):
    session = make.on_trial(make.evaluation(guard=PASSED), guard="make test")
    after = transitions.kept(session, 1, make.closed(session))
    assert after.experiment is None
    assert [each.branch for each in after.kept] == ["perf/a-set"]


def test_a_keep_without_a_commit_is_none(make):
    session = make.on_trial(make.evaluation())
    with pytest.raises(IllegalStep):
        transitions.kept(session, 1, evolve(make.closed(session), commit=""))


def test_a_proven_gain_is_not_discarded_on_a_whim(make):
    with pytest.raises(IllegalStep, match="same and faster") as refused:
        transitions.discarded(make.on_trial(make.evaluation()), 1, "ugly", make.now)
    assert "session keep" in refused.value.instead


def test_a_proven_gain_that_can_not_be_kept_may_be_discarded(make):
    session = transitions.hindered(make.on_trial(make.evaluation()), 1, "not a git repository")
    assert transitions.discarded(session, 1, "no git", make.now).closed[-1].status is Ended.DISCARD


def test_an_idea_may_be_given_up_before_it_was_evaluated(make):
    after = transitions.discarded(make.on_trial(), 1, "wrong idea", make.now)
    assert after.closed[-1].status is Ended.DISCARD


def test_a_plateau_ends_experiments_until_there_is_a_new_profile(make):
    session = make.based(plateau=Plateau(3, 2))
    for number, technique in enumerate(["caching", "Caching", "data structure"], 1):
        session = make.tried(session, technique, number)
    with pytest.raises(IllegalStep, match="plateau: 3 experiments of 2 techniques") as refused:
        transitions.opened(session, make.experiment(4))
    assert "finish" in refused.value.instead and "profile" in refused.value.instead
    assert transitions.opened(transitions.profiled(session, make.profile()), make.experiment(4)).experiment


def test_a_finished_session_takes_no_more_steps_but_learnings(make):
    session = transitions.finished(make.based(), make.now)
    for step in (
        lambda: transitions.opened(session, make.experiment()),
        lambda: transitions.profiled(session, make.profile()),
        lambda: transitions.baselined(session, make.baseline()),
        lambda: transitions.finished(session, make.now),
        lambda: transitions.may_keep(session),
    ):
        with pytest.raises(IllegalStep, match="finished"):
            step()
    assert transitions.learnt(session, Learning(make.now, "sets win", 0)).learnings


def test_the_next_step_is_told_at_every_stage(make):
    based = make.based()
    stages = [
        (make.session(), "profile"),
        (transitions.profiled(make.session(), make.profile()), "baseline"),
        (based, "experiment"),
        (make.on_trial(), "evaluate"),
        (make.on_trial(make.evaluation()), "keep"),
        (make.on_trial(make.evaluation(no_op=True)), "discard"),
        (transitions.finished(based, make.now), "start"),
    ]
    for session, word in stages:
        assert f"codeflash session {word}" in transitions.next_step(session)
