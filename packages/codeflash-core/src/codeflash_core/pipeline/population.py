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
        self._bases: dict[str, str] = {}

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

    def measured_against(self, name: str, base: str) -> None:
        """Note which candidate one was screened against; an empty string is the original."""
        self._bases[name] = base

    def over_original(self, attempt: Attempt) -> Attempt:
        """The attempt with its screening as a gain over the original, as whoever is asked about it takes it to be."""
        screening = attempt.screening
        scale, name = 1.0, self._bases.get(attempt.candidate.id, "")
        while name in self.attempts:
            base = self.attempts[name].screening
            scale *= base.interval.point if base and base.interval else 1.0
            name = self._bases.get(name, "")
        if screening is None or screening.interval is None or scale == 1.0:
            return attempt
        found = screening.interval
        scaled = evolve(found, point=found.point * scale, low=found.low * scale, high=found.high * scale)
        return evolve(attempt, screening=evolve(screening, interval=scaled))

    def twin(self, candidate: Candidate, prepared: Prepared) -> Attempt | None:
        """The earlier candidate that is the same but for layout and comments; from now on this one is known."""
        first = self._forms.setdefault(prepared.form or prepared.side.id, candidate.id)
        return self.attempts.get(first) if first != candidate.id else None


def changed_lines(diff: str) -> int:
    """Lines that a unified diff adds or takes away."""
    return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in diff.splitlines())
