"""Is it worth it?"""

from __future__ import annotations

from enum import StrEnum

from attrs import evolve, field, frozen

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_core.model.comparison import Comparison, Control, Growth
from codeflash_core.model.parts import Part
from codeflash_core.model.spending import Spending
from codeflash_core.model.verdict import Verdict


class DecisionWord(StrEnum):
    """The four answers that scripts rely on."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    INCONCLUSIVE = "inconclusive"
    NEEDS_EVIDENCE = "needs-evidence"


@frozen
class Decision:
    """An answer with its reasons.

    Attributes:
        word: The answer.
        reasons: Sentences, most important first.
        cheat: The kind of cheat that the change is, where a fact shows one; the first reason names the fact.
    """

    word: DecisionWord
    reasons: tuple[str, ...] = ()
    cheat: CheatKind | None = None

    @classmethod
    def cheating(cls, cheat: Cheat, *reasons: str) -> Decision:
        """The refusal of a cheat, with what else there is to say."""
        return cls(DecisionWord.REJECTED, (str(cheat), *reasons), cheat.kind)

    def qualified(self, sentence: str) -> Decision:
        """The same answer with a last sentence; itself where that is empty."""
        return evolve(self, reasons=(*self.reasons, sentence)) if sentence else self


@frozen
class Attempt:
    """What became of one candidate: sources are told this, reports show it.

    Attributes:
        candidate: The candidate.
        diff: Unified diff against the original.
        verdict: Behaviour, or None when it was not checked.
        screening: The first, short measurement, or None.
        comparison: The confirming measurement, or None.
        decision: The answer.
    """

    candidate: Candidate
    diff: str
    decision: Decision
    verdict: Verdict | None = None
    screening: Comparison | None = None
    comparison: Comparison | None = None


@frozen
class Opinion:
    """What a source thinks of an accepted change; it decides nothing.

    Attributes:
        source: Who.
        step: ``explain``, ``review`` or ``rank``.
        text: What it says.
    """

    source: str
    step: str
    text: str


@frozen
class TargetResult:
    """The end of the search for one target.

    Attributes:
        target: Id of the target.
        decision: The answer for the best candidate, or why there is none.
        best: The attempt behind the answer, or None when nothing was proposed.
        attempts: Everything that was tried.
        original: Text of the files the best candidate changes, before, by path.
        grades: Inputs of the corpus by grade.
        calls: Inputs in the corpus.
        control: The machine's noise, or None when nothing was timed.
        growth: Growth with input size, or None.
        notes: Cautions for the reader.
        seconds: Wall time spent.
        requests: What was asked elsewhere, each with its price.
        opinions: What sources think of the accepted change.
        without: Parts of the proof that were off.
    """

    target: str
    decision: Decision
    best: Attempt | None = None
    attempts: tuple[Attempt, ...] = ()
    original: dict[str, str] = field(factory=dict)
    grades: dict[str, int] = field(factory=dict)
    calls: int = 0
    control: Control | None = None
    growth: Growth | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    requests: tuple[Spending, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    without: tuple[Part, ...] = ()

    @property
    def deliverable(self) -> bool:
        """Whether there is a change that was accepted on the whole proof."""
        return self.decision.word is DecisionWord.ACCEPTED and self.best is not None and not self.without
