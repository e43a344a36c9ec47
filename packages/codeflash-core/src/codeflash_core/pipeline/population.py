"""Every candidate of one search: what became of it, and what it came from."""

from __future__ import annotations

from attrs import evolve, frozen

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.decision import Attempt
from codeflash_core.model.side import Prepared
from codeflash_core.pipeline.blocks import Mode


@frozen
class Version:
    """A candidate that can run: the best so far, or one on trial."""

    attempt: Attempt
    prepared: Prepared

    @property
    def candidate(self) -> Candidate:
        """The candidate itself."""
        return self.attempt.candidate

    @property
    def proposed(self) -> Candidate:
        """The candidate with its source's cautions only: what builds on it has others of the gate's."""
        found = self.prepared.cautions
        kept = tuple(each for each in self.candidate.cautions if each not in found)
        return evolve(self.candidate, cautions=kept)

    @property
    def screened_in(self) -> Mode:
        """How it is timed against others: sharing a process where it can."""
        return "separate" if self.prepared.separate else "paired"

    @property
    def confirmed_in(self) -> Mode:
        """How it is timed for the decision: what a stranger wrote shares no process with the original."""
        return self.screened_in if self.candidate.trusted else "separate"


class Population:
    """The candidates by id, with their lineage; equal ones are told apart from new ones."""

    def __init__(self) -> None:
        self.attempts: dict[str, Attempt] = {}
        self._forms: dict[str, str] = {}

    def keep(self, attempt: Attempt) -> None:
        """Keep what is known of a candidate by now."""
        self.attempts[attempt.candidate.id] = attempt

    def chain(self, name: str) -> tuple[Attempt, ...]:
        """A candidate's line of descent, the first ancestor first; of several parents the first counts."""
        found: list[Attempt] = []
        while (attempt := self.attempts.get(name)) is not None and attempt not in found:
            found.append(attempt)
            name = attempt.candidate.parents[0] if attempt.candidate.parents else ""
        return tuple(reversed(found))

    def twin(self, candidate: Candidate, prepared: Prepared) -> Attempt | None:
        """The earlier candidate that is the same but for layout and comments; from now on this one is known."""
        first = self._forms.setdefault(prepared.form or prepared.side.id, candidate.id)
        return self.attempts.get(first) if first != candidate.id else None


def changed_lines(diff: str) -> int:
    """Lines that a unified diff adds or takes away."""
    return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in diff.splitlines())
