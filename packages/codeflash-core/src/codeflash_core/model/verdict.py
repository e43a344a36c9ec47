"""Is the behaviour the same? Three answers, and undecided is never a pass."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from codeflash_core.model.cheat import Cheat


@frozen
class Counterexample:
    """One input on which two versions differ.

    Attributes:
        call: The arguments, readable.
        facet: What differs: ``result``, ``exception``, ``arguments``, ``stdout``, ``identity``...
        original: What the original did, readable.
        candidate: What the candidate did, readable.
        where: Path inside the value, such as ``result[3].name``.
        origin: The test or input it came from.
        shrunk: Whether it was made smaller after it was found.
        note: What the call does not say: which arguments are no Python source, what it takes to see the difference.
    """

    call: str
    facet: str
    original: str
    candidate: str
    where: str = ""
    origin: str = ""
    shrunk: bool = False
    note: str = ""


@frozen
class Fault:
    """A fault that was seeded into the candidate to test the checks.

    Attributes:
        line: Line of the candidate's file.
        before: The source as it is.
        after: The faulty source.
        caught: Whether some input told the fault from the original.
        equivalent: Whether it only chooses between two paths that both pass.
        fallback: Whether its only effect is that a guarded fast path raises, and the fallback answers the same.
    """

    line: int
    before: str
    after: str
    caught: bool
    equivalent: bool = False
    fallback: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is one that the checks are expected to catch."""
        return not (self.equivalent or self.fallback)


@frozen
class Evidence:
    """What a verdict rests on.

    Attributes:
        calls: Number of inputs compared.
        grades: Inputs by grade.
        hash_seeds: How many hash seeds were tried.
        tests_passed: Tests of the project that pass under the candidate.
        tests_failed: Tests that pass on the original and fail under the candidate.
        faults: Faults seeded to test the checks.
        unreached: Changed places that no input and no test reaches, such as ``line 7: return 0``.
        unseeded: Why no faults could be seeded into the change, or empty.
        fuzzed: Inputs that were made only to find a difference.
        divergence_bound: 95 % bound on the share of grown inputs that differ (3/n), or None.
        notes: Cautions for the reader.
        code_sha256: Hash of the code object that ran, by side.
        suspicion: The cheat that the candidate is if it is right, or faster, on the recorded inputs only: its text
            newly holds what was recorded.
        only_recorded: Whether it is seen to be right on the recorded inputs only.
    """

    calls: int = 0
    grades: Mapping[str, int] = field(factory=dict)
    hash_seeds: int = 0
    tests_passed: int = 0
    tests_failed: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    unreached: tuple[str, ...] = ()
    unseeded: str = ""
    fuzzed: int = 0
    divergence_bound: float | None = None
    notes: tuple[str, ...] = ()
    code_sha256: Mapping[str, str] = field(factory=dict)
    suspicion: Cheat | None = None
    only_recorded: bool = False

    @property
    def mutation_score(self) -> float | None:
        """Caught faults over those that count; None when none does."""
        counting = [fault for fault in self.faults if fault.counts]
        return sum(fault.caught for fault in counting) / len(counting) if counting else None


@frozen
class Same:
    """No difference was found on the evidence given."""

    evidence: Evidence = field(factory=Evidence)


@frozen
class Different:
    """A difference was found."""

    counterexample: Counterexample
    evidence: Evidence = field(factory=Evidence)


@frozen
class Undecided:
    """It could not be told; never a pass.

    Attributes:
        why: A short phrase such as ``wrong code loaded`` or ``nondeterministic original``.
        detail: What was seen.
    """

    why: str
    detail: str = ""
    evidence: Evidence = field(factory=Evidence)


Verdict = Same | Different | Undecided


def verdict_word(verdict: Verdict) -> str:
    """``same``, ``different`` or ``undecided``."""
    return type(verdict).__name__.lower()
