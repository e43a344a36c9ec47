"""What the engine needs to know of a programming language: eight operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal, Protocol

from attrs import field, frozen

from codeflash_core.model.candidate import Candidate
from codeflash_core.model.comparison import Block
from codeflash_core.model.corpus import Call, Corpus
from codeflash_core.model.side import Prepared, Side
from codeflash_core.model.target import Project, Ranked, Target, Workload
from codeflash_core.model.verdict import Verdict


@frozen
class Query:
    """Which targets are wanted.

    Attributes:
        names: ``path.py``, ``path.py::function`` or a folder, relative to the root.
        everything: All targets of the project.
        changed_since: Only what changed since this git revision.
        ignore: Files and folders, relative to the root, that hold no targets unless they are named.
        within: Files and folders, relative to the root, that alone hold targets unless others are named.
    """

    names: tuple[str, ...] = ()
    everything: bool = False
    changed_since: str = ""
    ignore: tuple[str, ...] = ()
    within: tuple[str, ...] = ()

    def leaves_out(self, path: str) -> bool:
        """Whether a file lies in an ignored place, or outside those that hold targets, and was not named."""
        if any(name.partition("::")[0] == path for name in self.names):
            return False
        elsewhere = bool(self.within) and not self.names and not _lies_in(path, self.within)
        return elsewhere or _lies_in(path, self.ignore)


def _lies_in(path: str, places: Sequence[str]) -> bool:
    cleaned = [PurePosixPath(place).as_posix() for place in places]
    return any(place in (".", path) or path.startswith(f"{place}/") for place in cleaned)


@frozen
class Description:
    """What runs the project's code.

    Attributes:
        facts: Name to value: interpreter, version, packages that matter.
        problems: Why the project can't be run, one sentence each.
    """

    facts: Mapping[str, str] = field(factory=dict)
    problems: tuple[str, ...] = ()


@frozen
class Profile:
    """Where the time of a workload goes.

    Attributes:
        ranked: Targets, most promising first.
        total_seconds: CPU time of the workload.
        notes: Cautions for the reader.
    """

    ranked: tuple[Ranked, ...] = ()
    total_seconds: float = 0.0
    notes: tuple[str, ...] = ()


@frozen
class CheckRequest:
    """A question about behaviour.

    Attributes:
        target: The target.
        candidate: The candidate's side.
        corpus: Inputs and what is known of the original.
        workload: The tests to run under the candidate.
        depth: ``quick`` replays recorded and boundary inputs; ``full`` adds the project's tests, fuzzing under
            a second hash seed, and seeded faults.
        seed: Seed of all random choices.
        fuzz_cases: Further inputs to make and try.
        float_tolerance: Relative tolerance for floats, 0 for exact.
        adds: Module-private names that the candidate adds.
        keeps_state: Whether the candidate newly keeps state from call to call.
    """

    target: Target
    candidate: Side
    corpus: Corpus
    workload: Workload
    depth: Literal["quick", "full"] = "full"
    seed: int = 0
    fuzz_cases: int = 100
    float_tolerance: float = 0.0
    adds: tuple[str, ...] = ()
    keeps_state: bool = False


@frozen
class BlockRequest:
    """One block to be timed.

    Attributes:
        target: The target.
        a: The baseline's side.
        b: The other side.
        calls: Inputs to time with their weights; empty for in-test timing.
        tests: Tests for in-test timing.
        mode: ``paired``, ``separate`` or ``in-test``.
        metric: ``time``, ``memory`` or ``growth`` (one input per size, few samples).
        cold: Whether each input is used once only.
        seed: Seed of this block: order of sides, hash seed.
        following: Seeds of the blocks that are asked for next, otherwise equal to this one: their processes may
            be started beforehand, so that nothing starts while something is timed.
        fix_clock: Whether clock and random state are fixed.
    """

    target: Target
    a: Side
    b: Side
    calls: tuple[Call, ...] = ()
    tests: tuple[str, ...] = ()
    mode: Literal["paired", "separate", "in-test"] = "paired"
    metric: Literal["time", "memory", "growth"] = "time"
    cold: bool = False
    seed: int = 0
    following: tuple[int, ...] = ()
    fix_clock: bool = False


class Language(Protocol):
    """A language backend. It runs foreign code only through its host."""

    async def describe(self, project: Project) -> Description:
        """Say what runs the project's code, and what is missing."""
        ...

    async def discover(self, project: Project, query: Query) -> tuple[Target, ...]:
        """List targets.

        Raises:
            UsageError: There is no such target; the hint names the nearest.
        """
        ...

    async def profile(self, project: Project, targets: Sequence[Target], workload: Workload) -> Profile:
        """Order targets by the time that a fix could win on the workload."""
        ...

    async def observe(
        self, project: Project, targets: Sequence[Target], workload: Workload, seed: int
    ) -> tuple[Corpus, ...]:
        """Run the workload once with the targets' calls recorded; one corpus for each target.

        Raises:
            StageError: The workload can't be run at all.
        """
        ...

    async def grow(self, project: Project, target: Target, corpus: Corpus, seed: int) -> Corpus:
        """The corpus with inputs grown from the recorded ones, and the original replayed against itself."""
        ...

    async def prepare(self, project: Project, target: Target, candidate: Candidate) -> Prepared:
        """Turn a candidate into files that can run, in the project's style, or say why it is refused unread."""
        ...

    async def check(self, project: Project, request: CheckRequest) -> Verdict:
        """Is the candidate's behaviour the original's?"""
        ...

    async def block(self, project: Project, request: BlockRequest) -> Block:
        """Time both sides in fresh processes."""
        ...
