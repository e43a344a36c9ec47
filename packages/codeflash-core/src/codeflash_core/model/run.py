"""A whole run: what was asked, on which machine, and what came out."""

from __future__ import annotations

from attrs import field, frozen

from codeflash_core.model.comparison import Machine
from codeflash_core.model.decision import TargetResult

SCHEMA_VERSION = 1
"""Version of the journal, the events and the JSON documents."""


@frozen
class RunReport:
    """What a run found.

    Attributes:
        run: Id of the run.
        project: Name of the project's folder.
        command: The command that repeats the run.
        started: ISO 8601 time, UTC.
        seconds: Wall time.
        version: Version of this program.
        seed: Seed of all random choices.
        results: One per target.
        machine: Where it ran.
        sandbox: Which confinement was used, in one line.
        unconfined: What was not confined and why.
        notes: Cautions for the reader.
        timed: Whether speed was asked for; ``verify`` asks for the behaviour only.
    """

    run: str
    project: str
    command: str
    started: str
    seconds: float
    version: str
    seed: int
    results: tuple[TargetResult, ...] = ()
    machine: Machine = field(factory=Machine)
    sandbox: str = ""
    unconfined: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    timed: bool = True

    @property
    def outcome(self) -> str:
        """What accepting a target says of it."""
        return "made faster" if self.timed else "shown to behave the same"
