"""No sequence of steps reaches a kept experiment without profile, baseline, verdict Same and a proven gain."""

import contextlib

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from codeflash_core.errors import IllegalStep, UsageError
from codeflash_core.experiments import transitions
from codeflash_core.experiments.values import (
    Baseline,
    Closed,
    Ended,
    Evaluation,
    Experiment,
    FileChange,
    GuardOutcome,
    Hotspot,
    Learning,
    Measured,
    Method,
    Plateau,
    ProfileTaken,
    Session,
    Worded,
)

NOW = "2026-01-31T12:00:00Z"
TARGETS = st.sampled_from(["a.py::f", "a.py::g"])
BOUNDS = st.one_of(st.none(), st.sampled_from([0.9, 1.0, 1.02, 1.03, 2.0, float("nan"), float("inf")]))
ANSWERS = st.builds(
    Measured,
    verdict=st.sampled_from(["same", "different", "undecided", "SAME", ""]),
    decision=st.sampled_from(["accepted", "accepted", "rejected", "inconclusive", "needs-evidence"]),
    threshold=st.sampled_from([1.02, 1.03, 1.0, 0.0]),
    low=BOUNDS,
    point=BOUNDS,
    high=BOUNDS,
)
EVALUATIONS = st.builds(
    Evaluation,
    recorded=st.just(NOW),
    run=st.just("run"),
    files=st.sampled_from([{}, {"a.py": FileChange("aa", "bb")}, {"a.py": FileChange("aa", "bb")}]),
    measured=st.one_of(st.none(), ANSWERS, ANSWERS),
    guard=st.sampled_from([None, GuardOutcome("make test", True), GuardOutcome("make test", False)]),
    no_op=st.sampled_from([False, False, True]),
    crash=st.sampled_from(["", "", "a bug"]),
)
PROVEN = Evaluation(
    NOW,
    "run",
    {"a.py": FileChange("aa", "bb")},
    Measured("same", "accepted", 1.02, point=1.9, low=1.8, high=2.0),
    GuardOutcome("make test", True),
)
SPOILED = [
    evolve(PROVEN, measured=evolve(PROVEN.measured, **{name: value}))
    for name, value in [
        ("verdict", "different"),
        ("verdict", "undecided"),
        ("decision", "rejected"),
        ("decision", "inconclusive"),
        ("decision", "needs-evidence"),
        ("low", 1.02),
        ("low", 1.0),
        ("low", float("nan")),
        ("low", None),
        ("threshold", 1.0),
    ]
] + [
    evolve(PROVEN, measured=None),
    evolve(PROVEN, no_op=True),
    evolve(PROVEN, crash="a bug"),
    evolve(PROVEN, files={}),
    evolve(PROVEN, guard=None),
    evolve(PROVEN, guard=GuardOutcome("make test", False)),
]
"""All but one thing speaks for it."""
ANY_ANSWER = st.one_of(EVALUATIONS, st.just(PROVEN), st.sampled_from(SPOILED))


class AnySequence(RuleBasedStateMachine):
    """Takes any step at any time, and remembers by itself which ones were taken."""

    def __init__(self):
        super().__init__()
        self.begin("make test")

    def begin(self, guard):
        self.session = Session("id", "goal", "cpu", NOW, guard=guard, plateau=Plateau(4, 2))
        self.profiled: set[str] = set()
        self.based = ""
        self.judged: dict[int, Evaluation] = {}
        self.opened: dict[int, tuple[str, str]] = {}
        self.kept = 0

    def step(self, make):
        """Take a step; one that is refused must leave everything as it was."""
        before = self.session
        with contextlib.suppress(IllegalStep, UsageError):
            self.session = make()
            return self.session is not before
        return False

    @precondition(lambda self: self.session.finished)
    @rule(guard=st.sampled_from(["", "make test"]))
    def starts_anew(self, guard):
        self.begin(guard)

    @rule(spotted=st.sets(TARGETS), calls=st.integers(0, 2))
    def profile(self, spotted, calls):
        spots = tuple(Hotspot(target, 0.5, 0.1, calls) for target in sorted(spotted))
        if self.step(lambda: transitions.profiled(self.session, ProfileTaken(NOW, Worded(), 1.0, "", spots))):
            self.profiled = {each.target for each in spots if each.calls}

    @rule(name=TARGETS)
    def baseline(self, name):
        value = Baseline(NOW, name, Method(Worded(), {}, {}), 1.0, "cpu", None, 1, "")
        if self.step(lambda: transitions.baselined(self.session, value)):
            assert name in self.profiled
            self.based = name

    @rule(name=TARGETS, technique=st.sampled_from(["caching", "batching", " "]), number=st.integers(1, 12))
    def experiment(self, name, technique, number):
        value = Experiment(number, name, technique, "because", NOW)
        if self.step(lambda: transitions.opened(self.session, value)):
            assert number not in self.opened
            self.opened[number] = (name, self.based)

    @rule(name=TARGETS, technique=st.sampled_from(["caching", "batching"]))
    def gets_to_an_experiment(self, name, technique):
        """The steps in order, so that what comes after them is tried often."""
        self.profile({name}, 1)
        self.baseline(name)
        self.experiment(name, technique, len(self.opened) + 1)

    @rule(name=TARGETS, evaluation=ANY_ANSWER)
    def goes_a_whole_round(self, name, evaluation):
        self.gets_to_an_experiment(name, "caching")
        self.evaluate_what_is_open(evaluation)
        self.keep_what_is_open()

    @rule(number=st.integers(1, 12), evaluation=ANY_ANSWER)
    def evaluate(self, number, evaluation):
        if self.step(lambda: transitions.evaluated(self.session, number, evaluation)):
            self.judged[number] = evaluation

    @rule(evaluation=ANY_ANSWER)
    def evaluate_what_is_open(self, evaluation):
        if self.session.experiment:
            self.evaluate(self.session.experiment.number, evaluation)

    @rule(
        number=st.integers(1, 12), status=st.sampled_from(list(Ended)), commit=st.sampled_from(["", "c0ffee"])
    )
    def keep(self, number, status, commit):
        self._keep(number, status, commit)

    @rule()
    def keep_what_is_open(self):
        if self.session.experiment:
            self._keep(self.session.experiment.number, Ended.KEEP, "c0ffee")

    def _keep(self, number, status, commit):
        value = Closed(
            Experiment(number, "a.py::f", "t", "h", NOW, evaluation=PROVEN), status, "d", NOW, commit
        )
        if self.step(lambda: transitions.kept(self.session, number, value)):
            self.kept += 1

    @rule(number=st.integers(1, 12))
    def discard(self, number):
        self.step(lambda: transitions.discarded(self.session, number, "no", NOW))

    @rule(number=st.integers(1, 12))
    def hinder(self, number):
        self.step(lambda: transitions.hindered(self.session, number, "no git"))

    @rule()
    def learn(self):
        self.session = transitions.learnt(self.session, Learning(NOW, "x", 0))

    @precondition(lambda self: self.session.experiment or len(self.session.closed) > 3)
    @rule()
    def finish(self):
        self.step(lambda: transitions.finished(self.session, NOW))

    @invariant()
    def every_keep_was_earned(self):
        assert len(self.session.kept) == self.kept
        for each in self.session.kept:
            number = each.experiment.number
            target, based = self.opened[number]
            assert self.profiled or self.session.profile
            assert target == based == each.experiment.target
            answer = self.judged[number]
            assert each.experiment.evaluation in (answer, evolve(answer, hindered="no git"))
            assert answer.measured is not None
            assert answer.measured.verdict == "same"
            assert answer.measured.decision == "accepted"
            assert answer.measured.low > answer.measured.threshold > 1.0
            assert not answer.no_op and not answer.crash and answer.files
            assert not self.session.guard or answer.guard.passed
            assert each.commit

    @invariant()
    def one_change_is_on_trial_at_most(self):
        open_now = {self.session.experiment.number} if self.session.experiment else set()
        assert open_now.isdisjoint(each.experiment.number for each in self.session.closed)
        assert len(self.opened) == len(self.session.closed) + len(open_now)


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(max_examples=100, stateful_step_count=40, deadline=None, derandomize=True)


def test_the_steps_in_order_do_reach_a_keep():
    """So that the property above is not true for want of any keep."""
    machine = AnySequence()
    machine.profile({"a.py::f"}, 1)
    machine.baseline("a.py::f")
    machine.experiment("a.py::f", "caching", 1)
    machine.evaluate(1, PROVEN)
    machine.keep(1, Ended.KEEP, "c0ffee")
    machine.every_keep_was_earned()
    assert machine.kept == 1
