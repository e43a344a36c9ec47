"""Who proposes candidates."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol, runtime_checkable

from attrs import evolve, field, frozen

from codeflash_core.model.candidate import Candidate, Cost
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt
from codeflash_core.model.target import Project, Ranked, Target


class Step(StrEnum):
    """What is wanted of a source; every source knows the first."""

    PROPOSE = "propose"
    """Faster versions of the text at hand."""
    PROFILE = "profile"
    """Faster versions, told where the time goes and what was traced of the target at work."""
    REPAIR = "repair"
    """A version of a candidate that behaves like the original."""
    REFINE = "refine"
    """Smaller or faster versions of a candidate that works."""
    ADAPT = "adapt"
    """A step further along a chain of candidates that worked."""
    TESTS = "tests"
    """Tests, whose calls are further inputs."""
    RANK = "rank"
    """The order in which a maintainer would prefer candidates."""
    EXPLAIN = "explain"
    """What a maintainer should know about a change."""
    REVIEW = "review"
    """Whether a change is worth a maintainer's time: an opinion, never a verdict."""


@frozen
class Question:
    """All that was learnt so far about one target.

    Attributes:
        project: The project.
        target: The target.
        files: Text of the version to improve on, by path: the original or the best version so far.
        parent: The candidate that ``files`` is, or None for the original.
        corpus: Inputs and traced facts.
        history: What became of the earlier candidates for this target.
        python: Version of the target's interpreter.
        rank: The target's profile, when one was made.
        step: What is wanted.
        original: Text of the target's file before any candidate.
        about: The attempts that the step is about: the one to repair or refine, a chain from its root on, those to
            rank, the one to explain.
        wait: Seconds for which an answer is waited.
        asked: How often the source was asked about the target in this run before, by processes that are gone too.
    """

    project: Project
    target: Target
    files: Mapping[str, str]
    corpus: Corpus
    parent: Candidate | None = None
    history: tuple[Attempt, ...] = ()
    python: tuple[int, int] = (3, 11)
    rank: Ranked | None = None
    step: Step = Step.PROPOSE
    original: str = ""
    about: tuple[Attempt, ...] = ()
    wait: float = math.inf
    asked: int = 0


@frozen
class Answer:
    """What a source answers.

    Attributes:
        candidates: Faster versions, most promising first.
        text: The answer to a step that wants no candidate: tests, an explanation, a review.
        order: Indexes into what was to be ranked, best first.
        cost: What it took.
        replayed: Whether it comes from the recording of an earlier run.
        problem: Why there is none that can be used; or empty.
        unusable: What parts of it that are no candidates lack, one phrase each.
        away: Whether the source can't be asked anything further: it is not there, or refuses us.
    """

    candidates: tuple[Candidate, ...] = ()
    text: str = ""
    order: tuple[int, ...] = ()
    cost: Cost = field(factory=Cost)
    replayed: bool = False
    problem: str = ""
    unusable: tuple[str, ...] = ()
    away: bool = False

    def with_shares(self) -> Answer:
        """The same answer whose candidates share its cost; the request is the first one's."""
        count = max(1, len(self.candidates))
        cost = self.cost
        share = evolve(
            cost,
            seconds=round(cost.seconds / count, 3),
            money=None if cost.money is None else cost.money / count,
        )
        shared = tuple(
            evolve(each, cost=evolve(share, calls=0 if number else cost.calls))
            for number, each in enumerate(self.candidates)
        )
        return evolve(self, candidates=shared)


class Source(Protocol):
    """Proposes candidates; asked again after each round until it has nothing new."""

    @property
    def name(self) -> str:
        """The name used on the command line."""
        ...

    async def propose(self, question: Question) -> tuple[Candidate, ...]:
        """Faster versions of the target, most promising first; empty when there is nothing more."""
        ...


@runtime_checkable
class Outgoing(Protocol):
    """A source that sends parts of the project elsewhere: what it sends is said and recorded beforehand."""

    def sends(self, question: Question) -> str:
        """What will be sent where, one sentence; empty where it has nothing to ask, and is not asked."""
        ...


def is_paid(source: Source) -> bool:
    """Whether questions to a source cost something: it sends them elsewhere, or stands for one that did."""
    return isinstance(source, Outgoing) or bool(getattr(source, "was_outgoing", False))


@runtime_checkable
class Stepping(Protocol):
    """A source that knows further steps, and what each answer cost."""

    @property
    def steps(self) -> frozenset[Step]:
        """The steps it knows."""
        ...

    async def ask(self, question: Question) -> Answer:
        """The answer to one question: one request.

        Raises:
            ServiceError: There is none that can be used.
        """
        ...


@frozen
class SourceSettings:
    """What a source may be configured with.

    Attributes:
        options: Values by name.
        secrets: Values in a text that are not to leave this machine.
    """

    options: Mapping[str, str] = field(factory=dict)
    secrets: Callable[[str], tuple[str, ...]] = field(default=lambda _: (), repr=False)
