"""Who proposes candidates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.corpus import Corpus
from codeflash_core.model.decision import Attempt
from codeflash_core.model.target import Project, Ranked, Target


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
    """

    project: Project
    target: Target
    files: Mapping[str, str]
    corpus: Corpus
    parent: Candidate | None = None
    history: tuple[Attempt, ...] = ()
    python: tuple[int, int] = (3, 11)
    rank: Ranked | None = None


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
        """What will be sent where, one sentence."""
        ...


@frozen
class SourceSettings:
    """What a source may be configured with.

    Attributes:
        options: Values by name.
    """

    options: Mapping[str, str] = field(factory=dict)
