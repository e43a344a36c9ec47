"""What a search may be told."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen

from codeflash_core.model.parts import Part
from codeflash_core.model.target import Project, Workload
from codeflash_core.pipeline.events import Listener
from codeflash_core.pipeline.ledger import Ledger
from codeflash_core.pipeline.steps import Steps
from codeflash_core.ports.language import Language
from codeflash_core.ports.sources import Source


@frozen
class SearchSettings:
    """How one target is searched.

    Attributes:
        seed: Seed of all random choices.
        budget_seconds: Time for one target.
        delta: Least gain worth having, as a fraction.
        float_tolerance: Relative tolerance for floats; 0 is exact.
        rounds: How often the best version is proposed again.
        per_round: Most candidates tried in a round.
        confirmations: Most candidates confirmed; the error is divided among them.
        fuzz_cases: Inputs made only to find a difference.
        mutation_bar: Share of seeded faults that the checks must catch.
        memory_limit: Peak memory ratio above which a change is refused.
        minimize: Whether edits that gain nothing are dropped from the winner.
        asks_per_round: Most questions that a round puts to sources that send something elsewhere.
        repairs: Most repairs in one line of descent.
        most_money: US dollars that the run's requests may cost, or None.
        most_calls: Requests that the run may make, or None.
        without: Parts of the proof that are off, to measure what they are worth; nothing is delivered then.
    """

    seed: int = 0
    budget_seconds: float = 60.0
    delta: float = 0.02
    float_tolerance: float = 0.0
    rounds: int = 4
    per_round: int = 12
    confirmations: int = 2
    fuzz_cases: int = 100
    mutation_bar: float = 0.9
    memory_limit: float = 1.5
    minimize: bool = True
    asks_per_round: int = 3
    repairs: int = 2
    most_money: float | None = None
    most_calls: int | None = None
    without: frozenset[Part] = field(default=frozenset())


@frozen
class Engine:
    """Everything that one search works with.

    Attributes:
        project: The project.
        workload: What shows the targets at work.
        language: The language backend.
        sources: Who proposes.
        steps: The run's durable steps.
        settings: How to search.
        emit: Hears of progress.
        python: Version of the target's interpreter.
        ledger: What the run's requests cost.
    """

    project: Project
    workload: Workload
    language: Language
    sources: Sequence[Source]
    steps: Steps
    settings: SearchSettings
    emit: Listener
    python: tuple[int, int] = (3, 11)
    ledger: Ledger = field(factory=Ledger)
