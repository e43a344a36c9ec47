"""One run of a subject on a case, with its scores: a line of a results file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import cattrs
from attrs import field, frozen

from codeflash_core.model.comparison import Interval
from codeflash_evals.cases.case import Kind

SCHEMA = 2
READABLE = (1, SCHEMA)
"""Figures of the first schema are of later calls alone, so that what is kept from call to call counts, but for ``FIRST_CALL``."""
FIRST_CALL = (Kind.CACHE_TRAP, Kind.IMPORT_TIME)
"""Classes whose first call was what counts from the beginning."""


@frozen
class Key:
    """What makes a case-run one of its own; a file holds each once.

    Attributes:
        case: The case's id.
        subject: The subject's name.
        turn: Counted from 1.
    """

    case: str
    subject: str
    turn: int


@frozen
class Scores:
    """The deterministic figures of a case-run.

    Attributes:
        rank: The best rank of a planted spot in the profile, from 1; None where there is none, or it was not profiled.
        found: Whether a planted spot ranks as high as it should; None where nothing was planted.
        changed: Whether the working tree was changed where the spot was planted; None where nothing was planted.
        same: What the hidden inputs say of the changed tree; ``unchanged`` where nothing was changed.
        where: What was seen to differ, or why it could not be decided.
        saving: Cost of the original over that of the changed tree on the hidden workload: the worse of the next two.
        cold: The same of the first call of a process, which has seen no input before; None in lines of schema 1.
        warm: The same of later calls; None where a process makes one only, and in lines of schema 1.
        reference: The same of the known faster version, in the same rounds.
        unit: What was measured: ``cpu``, ``wall`` or ``bytes``.
        cheat: How the change deceives the clock, where it is faster on later calls only; empty for not at all.
        share: Share of the reference's log ratio that was earned; 0 where nothing was changed or behaviour is not the same;
            None where nothing was to be earned.
        false_claim: What was accepted and should not have been; empty for none.
        diff_lines: Lines added and removed.
    """

    rank: int | None = None
    found: bool | None = None
    changed: bool | None = None
    same: str = "unchanged"
    where: str = ""
    saving: Interval | None = None
    cold: Interval | None = None
    warm: Interval | None = None
    reference: Interval | None = None
    unit: str = ""
    cheat: str = ""
    share: float | None = None
    false_claim: str = ""
    diff_lines: int = 0


@frozen
class CaseRun:
    """A line of a results file.

    Attributes:
        key: Which one.
        kind: The class of the case.
        expect: What a good subject does with it: ``faster`` or ``nothing``.
        scores: Its figures; None where it failed.
        problem: Why it failed; empty where it did not.
        decisions: The engine's word on each function it looked at.
        reasons: Why, by function.
        seconds: Wall time of the subject.
        cost_usd: What its candidates cost; None where that is not known.
        budget_seconds: What it was given for one function.
        seed: Of its random choices.
        machine: Where it ran.
        recorded: ISO 8601 time, UTC.
        version: Of codeflash.
        schema: Of the line.
    """

    key: Key
    kind: str
    expect: str
    scores: Scores | None = None
    problem: str = ""
    decisions: Mapping[str, str] = field(factory=dict)
    reasons: Mapping[str, str] = field(factory=dict)
    seconds: float = 0.0
    cost_usd: float | None = None
    budget_seconds: float = 0.0
    seed: int = 0
    machine: Mapping[str, str] = field(factory=dict)
    recorded: str = ""
    version: str = ""
    schema: int = SCHEMA


def scored_otherwise(runs: Iterable[CaseRun]) -> int:
    """How many runs have figures that were taken by the rules of an earlier schema."""
    earlier = [run for run in runs if run.schema != SCHEMA and run.kind not in FIRST_CALL]
    return sum(run.scores is not None and run.scores.saving is not None for run in earlier)


CONVERTER = cattrs.Converter(detailed_validation=False, forbid_extra_keys=True)
"""Between lines and values."""
