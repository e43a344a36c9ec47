"""What tools answer, as schemas that a client can rely on. Fields are added, never renamed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """What every answer has in common."""

    model_config = ConfigDict(extra="forbid")

    next: str = Field(description="What to do now, one or two sentences.")


class Interval(BaseModel):
    """A speedup: time before over time after. Claim the lower bound."""

    point: float
    low: float = Field(description="The claim: at least this factor.")
    high: float
    level: float = Field(description="Two-sided confidence level of the bounds, 0 to 1.")
    cold_low: float | None = Field(default=None, description="Lower bound on inputs that never repeat.")
    blocks: int = Field(description="Blocks of fresh processes behind it.")
    noise_floor: float | None = Field(
        default=None, description="What this machine shows of a version against itself."
    )
    clock: str = "cpu"
    memory_ratio: float | None = Field(default=None, description="Peak memory after over before.")


class Counterexample(BaseModel):
    """An input on which the candidate behaves differently."""

    call: str
    facet: str = Field(description="What differs: result, exception, arguments after the call, output, ...")
    where: str = ""
    original: str
    candidate: str
    origin: str = ""
    shrunk: bool = False
    note: str = ""


class Evidence(BaseModel):
    """What a verdict rests on."""

    model_config = ConfigDict(extra="allow")

    calls: int
    grades: dict[str, int] = Field(description="Inputs by origin: traced, test, typed, guessed.")
    mutation_score: float | None = Field(
        default=None, description="Share of seeded faults that the checks caught."
    )
    tests_passed: int = 0
    tests_failed: list[str] = []


class Candidate(BaseModel):
    """The version that an answer is about."""

    id: str
    source: str
    steps: list[str] = []
    diff: str = Field(description="Unified diff against the project as it is.")
    why: str = ""
    cautions: list[str] = []


class Judged(BaseModel):
    """The answer for one target."""

    model_config = ConfigDict(extra="allow")

    target: str
    decision: str = Field(
        description="accepted, rejected, inconclusive or needs-evidence. Only accepted is a yes."
    )
    verdict: str = Field(description="same, different or undecided. Undecided is never a pass.")
    counterexample: Counterexample | None = None
    speedup: Interval | None = None
    evidence: Evidence
    candidate: Candidate | None = None
    reasons: list[str]
    cheat: str | None = Field(default=None, description="The kind of cheat, where a fact shows one.")
    run: str
    undecided: str | None = Field(default=None, description="Why it can't be decided.")
    notes: list[str] = []


class Evaluation(Answer):
    """One candidate judged."""

    result: Judged
    not_confined: list[str] = Field(
        default=[], description="What the sandbox could not confine on this machine."
    )


class Optimization(Answer):
    """What a search found."""

    run: str
    results: list[Judged]
    noise_floor: float | None = None
    not_confined: list[str] = []
    command: str = Field(description="The command line that repeats it.")


class Place(BaseModel):
    """A function that can be worked on."""

    target: str = Field(description="The name to give to other tools.")
    line: int
    end_line: int
    kind: str
    is_async: bool = False
    is_generator: bool = False


class Discovery(Answer):
    """What can be worked on."""

    project: str = Field(description="The project's folder.")
    language: str
    tests: list[str] = Field(description="Where its tests are.")
    targets: list[Place]
    left_out: int = Field(default=0, description="Targets beyond the limit.")


class Hotspot(BaseModel):
    """A function with the time a fix could win."""

    target: str
    share: float = Field(description="Its part of the workload's time with all that it calls, 0 to 1.")
    own_seconds: float
    cumulative_seconds: float
    calls: int
    gain_seconds: float = Field(description="What the rewrites that apply could win at most.")
    hints: list[str] = Field(description="Rules of the catalogue that apply; rules_for tells of them.")


class Ranking(Answer):
    """Where the time goes."""

    run: str
    total_seconds: float
    targets: list[Hotspot]
    notes: list[str] = []


class RuleMatch(BaseModel):
    """A rewrite that applies to a function."""

    function: str
    rule: str
    title: str
    why_slow: str
    why: str = Field(description="Why here, with the names concerned.")
    complexity: str = ""
    gain: str = Field(description="What was measured on the rule's own example; not a claim about this code.")
    traps: list[str] = Field(description="When the fast version would not be the same.")
    safety: str
    variant: str
    diff: str = Field(description="What the rewrite changes in the code given.")


class RuleMatches(Answer):
    """Rewrites that apply to code."""

    matches: list[RuleMatch]
    functions: list[str] = Field(description="Functions that were looked at.")


class Attempt(BaseModel):
    """What became of one candidate of a run."""

    source: str
    decision: str
    reasons: list[str]
    verdict: str | None = None
    counterexample: Counterexample | None = None
    speedup: str | None = None
    diff: str


class ExplainedTarget(BaseModel):
    """What became of one target of a run."""

    target: str
    decision: str
    reasons: list[str]
    attempts: list[Attempt]


class Explanation(Answer):
    """What a recorded run did and found."""

    run: str
    state: str = Field(description="running, done, refused, failed, interrupted or unreadable.")
    started: str
    project: str
    command: str
    message: str = ""
    targets: list[ExplainedTarget] = []
    report: str = Field(default="", description="The resource with the whole report.")


class Comparison(Answer):
    """Two commands measured against each other."""

    outcome: str = Field(description="faster, slower, no-difference or inconclusive: B against A.")
    speedup: Interval | None = Field(default=None, description="Time of A over time of B.")
    exit_codes: dict[str, list[int]]
    reasons: list[str]
    seconds: dict[str, float] = Field(description="Median wall time of a call of each.")
    machine: dict[str, Any] = {}


class SessionStanding(Answer):
    """Where a session of experiments stands."""

    state: str = Field(description="ready (for an experiment), experiment (one is open) or finished.")
    may_keep: bool = Field(description="Whether the open experiment has earned session_keep.")
    plateau: dict[str, Any] = Field(description="Experiments without a gain so far, and when that is enough.")
    folder: str = Field(description="Where its records lie, relative to the project.")
    session: dict[str, Any] = Field(
        description="All of it: profile, baseline, experiment with evaluation, closed ones."
    )
