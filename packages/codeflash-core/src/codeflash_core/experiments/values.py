"""The values of a session. Nothing here reads or writes; steps from one to the next are in :mod:`.transitions`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from codeflash_core.model.decision import DecisionWord

SCHEMA = 1
"""Version of the state file."""


class Ended(StrEnum):
    """How an experiment ended: the ``status`` of its row, ``baseline`` aside."""

    KEEP = "keep"
    DISCARD = "discard"
    GUARD_FAILED = "guard-failed"
    CRASH = "crash"
    NO_OP = "no-op"


@frozen
class Plateau:
    """When it is time to stop.

    Attributes:
        discards: So many experiments without a keep...
        categories: ...of at least so many techniques.
    """

    discards: int = 6
    categories: int = 3

    def __attrs_post_init__(self) -> None:
        if self.discards < 1 or self.categories < 1:
            raise ValueError(f"a plateau takes at least 1:1, not {self}")
        if self.categories > self.discards:
            raise ValueError(f"{self.discards} discards can't be of {self.categories} techniques")

    def __str__(self) -> str:
        return f"{self.discards}:{self.categories}"


@frozen
class Hotspot:
    """One function of a profile.

    Attributes:
        target: Its id.
        share: Its part of the workload's CPU time, with all that it calls, 0 to 1.
        own_seconds: CPU time in itself.
        calls: How often it was called.
    """

    target: str
    share: float
    own_seconds: float
    calls: int


@frozen
class Worded:
    """Where inputs come from, in words that mean the same from the project's folder.

    Attributes:
        tests: Test files or folders; the project's own when nothing is named.
        script: A script that uses the code, with its arguments, as a command line; or an empty string.
    """

    tests: tuple[str, ...] = ()
    script: str = ""


@frozen
class ProfileTaken:
    """Where a workload's time goes.

    Attributes:
        recorded: ISO 8601 time, UTC.
        worded: The workload.
        seconds: CPU time of all of it.
        run: Id of the engine's run.
        hotspots: The functions called, most of the time first.
    """

    recorded: str
    worded: Worded
    seconds: float
    run: str
    hotspots: tuple[Hotspot, ...]


@frozen
class Method:
    """How it is measured; locked by a baseline.

    Attributes:
        worded: The workload.
        files: Description, SHA-256 included, of each file that measuring rests on (tests, workload, settings), by path.
        places: Test files and folders and workload scripts, relative to the root: a candidate leaves them alone.
        facts: All else by name: interpreter, flags, machine, guard command, version of this program.
    """

    worded: Worded
    files: Mapping[str, str]
    facts: Mapping[str, str]
    places: tuple[str, ...] = ()


@frozen
class Baseline:
    """The original, measured.

    Attributes:
        recorded: ISO 8601 time, UTC.
        target: What was measured.
        method: How; an evaluation by another one is refused.
        nanoseconds: Time per call of the workload's calls.
        metric: The clock: ``cpu`` or ``wall``.
        noise_floor: What a difference must exceed on this machine, as a fraction; None when it could not be told.
        calls: Inputs that the workload shows.
        run: Id of the engine's run.
    """

    recorded: str
    target: str
    method: Method
    nanoseconds: float
    metric: str
    noise_floor: float | None
    calls: int
    run: str


@frozen
class FileChange:
    """One file that a candidate changes.

    Attributes:
        before: SHA-256 of the file as it was measured; None when it is new.
        after: SHA-256 of the candidate's; None when it is deleted.
    """

    before: str | None
    after: str | None


@frozen
class Measured:
    """The engine's answer on a candidate; the words are those of ``evaluate --json``.

    Attributes:
        verdict: ``same``, ``different`` or ``undecided``.
        decision: ``accepted``, ``rejected``, ``inconclusive`` or ``needs-evidence``.
        threshold: What the lower bound has to exceed: 1 and the least gain worth having.
        reasons: Sentences, most important first.
        counterexample: What differs, readable, by name; empty when nothing does.
        evidence: What the verdict rests on, one line.
        metric: The clock.
        point: The speedup, None when nothing was timed.
        low: Its lower bound.
        high: Its upper bound.
        level: Confidence level of the bounds.
        before: Nanoseconds per call of the original.
        after: Nanoseconds per call of the candidate.
    """

    verdict: str
    decision: str
    threshold: float
    reasons: tuple[str, ...] = ()
    counterexample: Mapping[str, Any] = field(factory=dict)
    evidence: str = ""
    metric: str = "cpu"
    point: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    before: float | None = None
    after: float | None = None

    @property
    def proves_gain(self) -> bool:
        """Whether behaviour is the same, the engine accepted, and the lower bound clears the threshold."""
        return (
            self.verdict == "same"
            and self.decision == DecisionWord.ACCEPTED.value
            and self.low is not None
            and self.low > self.threshold > 1.0
        )


@frozen
class GuardOutcome:
    """What the guard command said of the candidate.

    Attributes:
        command: The command.
        passed: Whether it ended with 0.
        detail: How it ended, with its last lines.
    """

    command: str
    passed: bool
    detail: str = ""


@frozen
class Evaluation:
    """One candidate, judged.

    Attributes:
        recorded: ISO 8601 time, UTC.
        run: Id of the engine's run; empty when none was needed.
        files: What it changes, by path relative to the project's root.
        measured: The engine's answer; None for a change of nothing and after a crash.
        guard: The guard's answer; None when there is no guard or nothing to guard.
        no_op: Whether the candidate changes nothing but layout and comments.
        crash: What the engine died of, or an empty string.
        hindered: Why an earlier keep could not be done, or an empty string.
    """

    recorded: str
    run: str
    files: Mapping[str, FileChange] = field(factory=dict)
    measured: Measured | None = None
    guard: GuardOutcome | None = None
    no_op: bool = False
    crash: str = ""
    hindered: str = ""


@frozen
class Experiment:
    """One change on trial.

    Attributes:
        number: Its iteration, counted over all sessions of the place.
        target: What is changed.
        technique: The category of the change, such as ``data-structure``.
        hypothesis: Why it should be faster.
        opened: ISO 8601 time, UTC.
        dirty: SHA-256 (empty when deleted) of files that differed from the last commit when it was opened.
        evaluation: The engine's answer, None until there is one.
    """

    number: int
    target: str
    technique: str
    hypothesis: str
    opened: str
    dirty: Mapping[str, str] = field(factory=dict)
    evaluation: Evaluation | None = None


@frozen
class Closed:
    """An experiment that has ended.

    Attributes:
        experiment: The experiment with its evaluation, if it had one.
        status: How it ended.
        description: What was done, or why it was discarded.
        recorded: ISO 8601 time, UTC.
        commit: The commit of a kept change.
        branch: The branch of a kept change.
    """

    experiment: Experiment
    status: Ended
    description: str
    recorded: str
    commit: str = ""
    branch: str = ""


@frozen
class Learning:
    """Something worth knowing next time.

    Attributes:
        recorded: ISO 8601 time, UTC.
        text: What was learnt.
        iteration: The experiment under way or ended last, 0 before the first.
    """

    recorded: str
    text: str
    iteration: int


@frozen
class Session:
    """Everything that happened in one session.

    Attributes:
        id: Its name, which sorts by time.
        goal: What is wanted.
        domain: Which kind of cost: ``cpu``, ``memory``, ``async``...
        started: ISO 8601 time, UTC.
        guard: A command that has to pass on every kept change, or an empty string.
        plateau: When it is time to stop.
        commit: The commit it began at; empty outside git.
        profile: The newest profile, None until there is one.
        baseline: The newest baseline, None until there is one.
        experiment: The experiment under way, or None.
        closed: The experiments that have ended.
        counted_from: How many of them had ended at the last profile: the plateau is counted from there.
        learnings: What was learnt.
        finished: When it was finished; empty while it is under way.
    """

    id: str
    goal: str
    domain: str
    started: str
    guard: str = ""
    plateau: Plateau = field(factory=Plateau)
    commit: str = ""
    profile: ProfileTaken | None = None
    baseline: Baseline | None = None
    experiment: Experiment | None = None
    closed: tuple[Closed, ...] = ()
    counted_from: int = 0
    learnings: tuple[Learning, ...] = ()
    finished: str = ""

    @property
    def kept(self) -> tuple[Closed, ...]:
        """The experiments that were kept, oldest first."""
        return tuple(each for each in self.closed if each.status is Ended.KEEP)
