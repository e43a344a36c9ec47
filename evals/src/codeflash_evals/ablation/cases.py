"""The cases: what is judged in each configuration, and what should become of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import UsageError
from codeflash_core.model.parts import Part
from codeflash_evals.ablation.candidates import Given, read_candidates, read_toml
from codeflash_evals.ablation.equal import with_other_names
from codeflash_evals.cases.catalogue import evals_folder

SOURCES = "src/ledger/"


class Truth(StrEnum):
    """What a candidate is; only a right one should be accepted."""

    WRONG = "wrong"
    NO_GAIN = "no gain"
    RIGHT = "right"


class Kind(StrEnum):
    """What makes a candidate what it is."""

    WRONG = "wrong"
    UNREACHED = "unreached"
    WARM = "warm"
    RECORDED = "recorded"
    EQUAL = "equal"
    FASTER = "faster"
    RIGHT = "right"

    @property
    def truth(self) -> Truth:
        """What candidates of this kind are."""
        return _TRUTHS[self]

    @property
    def timed(self) -> bool:
        """Whether its speed matters; else behaviour alone says whether it is accepted."""
        return self in (Kind.WARM, Kind.RECORDED, Kind.EQUAL, Kind.FASTER)


_TRUTHS = {
    Kind.WRONG: Truth.WRONG,
    Kind.UNREACHED: Truth.WRONG,
    Kind.WARM: Truth.NO_GAIN,
    Kind.RECORDED: Truth.NO_GAIN,
    Kind.EQUAL: Truth.NO_GAIN,
    Kind.FASTER: Truth.RIGHT,
    Kind.RIGHT: Truth.RIGHT,
}
MEANING = {
    Kind.WRONG: "behaves otherwise, mostly on inputs that the tests do not have",
    Kind.UNREACHED: "behaves otherwise in a branch that hardly any input reaches",
    Kind.WARM: "a cache: faster only where an input comes again",
    Kind.RECORDED: "the tests' answers by heart: faster on their inputs only",
    Kind.EQUAL: "the same code with other names",
    Kind.FASTER: "right, and faster",
    Kind.RIGHT: "right, its speed not asked for",
}


@frozen
class Case:
    """One candidate.

    Attributes:
        kind: What it is.
        given: The candidate.
    """

    kind: Kind
    given: Given

    @property
    def id(self) -> str:
        """Its name among all cases."""
        return f"{self.kind}: {self.given.target.removeprefix(SOURCES)}: {self.given.name}"


@frozen
class Configuration:
    """A proof with some parts off.

    Attributes:
        name: As the table calls it.
        without: The parts.
    """

    name: str
    without: frozenset[Part] = frozenset()


CONFIGURATIONS = (
    Configuration("everything on"),
    *(Configuration(f"without {part.value}", frozenset({part})) for part in Part),
    Configuration("without all four", frozenset(Part)),
)


def lists_folder() -> Path:
    """The folder of the lists that the tests use, beside the project that all candidates are for.

    Raises:
        UsageError: This is no checkout.
    """
    return evals_folder().parent / "tests" / "candidates"


def project_folder() -> Path:
    """The project that all candidates are for.

    Raises:
        UsageError: This is no checkout.
    """
    return lists_folder() / "project"


def read_cases(times: int = 1) -> tuple[Case, ...]:
    """All cases: the lists of the tests, the lists of :mod:`evals/ablation`, and equal versions.

    Args:
        times: Equal versions of each function.

    Raises:
        UsageError: A list can't be read, or names a candidate that there is not.
    """
    lists, own = lists_folder(), evals_folder() / "ablation"
    wrong = [each for each in read_candidates(lists / "wrong.toml", SOURCES) if not each.shortfall]
    right = read_candidates(lists / "right.toml", SOURCES)
    timed = _names(own / "faster.toml", right)
    listed = {
        Kind.WRONG: wrong,
        **{
            kind: read_candidates(own / f"{kind}.toml", SOURCES)
            for kind in (Kind.UNREACHED, Kind.WARM, Kind.RECORDED)
        },
        Kind.EQUAL: equal_versions(project_folder(), (each.target for each in (*wrong, *right)), times),
        Kind.FASTER: [each for each in right if each.name in timed],
        Kind.RIGHT: [each for each in right if each.name not in timed],
    }
    return tuple(Case(kind, given) for kind, givens in listed.items() for given in givens)


def _names(path: Path, right: Sequence[Given]) -> frozenset[str]:
    names = read_toml(path).get("names", [])
    known = {each.name for each in right}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"{path} names a candidate that there is not: {unknown[0]}")
    return frozenset(names)


def equal_versions(root: Path, targets: Iterable[str], times: int) -> list[Given]:
    """Equal versions of each of the functions that has locals to rename.

    Args:
        root: The project.
        targets: The functions; one that comes again counts once.
        times: How many of each.
    """
    found = []
    for target in sorted(set(targets)):
        path, _, qualname = target.partition("::")
        text = (root / path).read_text(encoding="utf-8")
        for turn in range(1, times + 1):
            code = with_other_names(text, qualname, f"_{turn}")
            if code is not None:
                found.append(Given(f"equal version {turn}", target, code))
    return found


def chosen(cases: Sequence[Case], only: Sequence[str] = (), limit: int | None = None) -> tuple[Case, ...]:
    """Some of the cases.

    Args:
        cases: All of them.
        only: Kinds, or pieces of ids; all when empty.
        limit: Most cases of each kind; spread over the list, so that not all are of one function.

    Raises:
        UsageError: None is left.
    """
    kinds = {word for word in only if word in list(Kind)}
    pieces = [word for word in only if word not in kinds]
    found = [
        case for case in cases if not only or case.kind in kinds or any(piece in case.id for piece in pieces)
    ]
    if not found:
        raise UsageError(
            f"no case is called {' or '.join(only)}", f"Name a kind ({', '.join(Kind)}) or a piece of an id."
        )
    if limit is None:
        return tuple(found)
    few: list[Case] = []
    for kind in Kind:
        mine = [case for case in found if case.kind is kind]
        count = min(limit, len(mine))
        few += [mine[at * len(mine) // count] for at in range(count)]
    return tuple(few)
