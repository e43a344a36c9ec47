"""States and answers to build sessions from."""

import pytest
from attrs import evolve

from codeflash_core.experiments import transitions
from codeflash_core.experiments.values import (
    Baseline,
    Closed,
    Ended,
    Evaluation,
    Experiment,
    FileChange,
    Hotspot,
    Measured,
    Method,
    Plateau,
    ProfileTaken,
    Session,
    Worded,
)

TARGET = "src/shop/stock.py::missing_articles"
NOW = "2026-01-31T12:00:00Z"


class Make:
    """Makes values of a session; each can be varied."""

    target = TARGET
    now = NOW

    def session(self, **more):
        return Session(id="20260131-120000-0000", goal="faster stock", domain="cpu", started=NOW, **more)

    def profile(self, *targets, calls=10):
        spots = tuple(Hotspot(target, 0.8, 0.5, calls) for target in targets or (TARGET,))
        return ProfileTaken(NOW, Worded(), 1.0, "run-1", spots)

    def baseline(self, target=TARGET):
        method = Method(Worded(), {"tests/test_stock.py": "aa"}, {"the interpreter": "python"})
        return Baseline(NOW, target, method, 1500.0, "cpu", 0.004, 12, "run-2")

    def experiment(self, number=1, technique="data-structure", target=TARGET):
        return Experiment(number, target, technique, "a set finds in one step", NOW)

    def measured(self, **more):
        told = {
            "verdict": "same",
            "decision": "accepted",
            "threshold": 1.02,
            "point": 1.9,
            "low": 1.8,
            "high": 2.0,
            "level": 0.999,
            "before": 1500.0,
            "after": 789.5,
        }
        return Measured(**(told | more))

    def evaluation(self, **more):
        told = {
            "recorded": NOW,
            "run": "run-3",
            "files": {"src/shop/stock.py": FileChange("aa", "bb")},
            "measured": self.measured(),
        }
        return Evaluation(**(told | more))

    def based(self, **more):
        """A session with a profile and a baseline."""
        session = transitions.profiled(self.session(**more), self.profile())
        return transitions.baselined(session, self.baseline())

    def on_trial(self, evaluation=None, number=1, technique="data-structure", **more):
        """A session with an open experiment, evaluated if there is an evaluation."""
        session = transitions.opened(self.based(**more), self.experiment(number, technique))
        return session if evaluation is None else transitions.evaluated(session, number, evaluation)

    def closed(self, session, status=Ended.KEEP, number=1):
        return Closed(
            session.experiment or self.experiment(number),
            status,
            "a set",
            NOW,
            commit="c" * 40,
            branch="perf/a-set",
        )

    def tried(self, session, technique, number):
        """The session after one more experiment in vain."""
        session = transitions.opened(session, self.experiment(number, technique))
        session = transitions.evaluated(
            session, number, self.evaluation(measured=self.measured(decision="rejected"))
        )
        return transitions.discarded(session, number, "no gain", NOW)

    plateau = staticmethod(lambda text: Plateau(*map(int, text.split(":"))))
    evolve = staticmethod(evolve)


@pytest.fixture
def make():
    return Make()
