"""Which branch and which recorded result a pull request is made of."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from codeflash_core.cases.recording import RAW_PREFIX, read_raw
from codeflash_core.cases.results import Result
from codeflash_core.errors import UsageError
from codeflash_core.git.repository import Repository
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.results_tsv import Row, RowStatus, read_rows

BRANCHES = "perf"
STACK = "perf/all"
"""The branch that all kept changes are stacked on."""


@frozen
class Recording:
    """What was recorded at once: one measurement, a row for each thing measured.

    Attributes:
        number: Its number in the case.
        rows: Its rows, in their order.
        results: What the raw data say, in the same order.
        base: The first version's commit; empty where the tool does not say.
        head: The second version's commit.
    """

    number: int
    rows: tuple[Row, ...]
    results: tuple[Result, ...]
    base: str
    head: str

    @property
    def kept(self) -> tuple[Row, ...]:
        """The rows that are a gain."""
        return tuple(row for row in self.rows if row.status is RowStatus.KEEP)


@frozen
class Branch:
    """A branch with one change.

    Attributes:
        name: Its name, ``perf/...``.
        commit: The commit at its tip.
    """

    name: str
    commit: str


def perf_branches(repository: Repository) -> tuple[Branch, ...]:
    """The branches of single changes, by name."""
    found = repository.branches_at(BRANCHES)
    return tuple(Branch(name, found[name]) for name in sorted(found) if name not in (BRANCHES, STACK))


def recordings(place: CasePlace) -> tuple[Recording, ...]:
    """All that was recorded with figures, oldest first.

    Raises:
        UsageError: The records can't be read, or raw data are missing.
    """
    rows = [row for row in read_rows(place.results) if _is_measured(row)]
    return tuple(recording_of(place, rows, number) for number in dict.fromkeys(row.iteration for row in rows))


def recording_of(place: CasePlace, rows: Sequence[Row], number: int) -> Recording:
    """One recording out of the rows of a case."""
    mine = tuple(row for row in rows if row.iteration == number and _is_measured(row))
    by_target = {each.target: each for row in mine for each in read_raw(place, row)}
    results = tuple(by_target[row.target] for row in mine if row.target in by_target)
    if len(results) != len(mine):
        raise UsageError(
            f"row {number} is not what its raw data say", "See what is wrong: codeflash case check"
        )
    first = results[0] if results else None
    return Recording(number, mine, results, first.base if first else "", first.head if first else "")


def recording_for(place: CasePlace, number: int = 0) -> Recording:
    """One recording of a case.

    Args:
        place: The case.
        number: Its number; 0 for the latest that is a gain, else the latest.

    Raises:
        UsageError: There is none.
    """
    known = recordings(place)
    fitting = [each for each in known if each.number == number] if number else known
    if not fitting:
        told = f"the case has no row {number} with" if number else "no row of the case has"
        raise UsageError(f"{told} a figure and raw data", "See the rows: codeflash case status")
    return next((each for each in reversed(fitting) if each.kept), fitting[-1])


def choose(
    place: CasePlace, repository: Repository, branch: str = "", number: int = 0
) -> tuple[Branch, Recording]:
    """The branch and the recording for one pull request.

    Args:
        place: The case.
        repository: The checkout.
        branch: The branch where it was named; else that of the recording, or the current one.
        number: The recording where it was named; else the latest of the branch's tip.

    Raises:
        UsageError: They are not known, do not belong together, or are no gain.
    """
    rows = read_rows(place.results)
    if number and not any(row.iteration == number and _is_measured(row) for row in rows):
        raise UsageError(
            f"the case has no row {number} with a figure and raw data", "See the rows: codeflash case status"
        )
    wanted = _branch(repository, rows, branch, number)
    fitting = [row.iteration for row in rows if row.commit == wanted.commit and _is_measured(row)]
    if number and number not in fitting:
        of = next(row.commit for row in rows if row.iteration == number)
        raise UsageError(
            f"row {number} measures {of[:10] or 'no commit'}, and {wanted.name} is at {wanted.commit[:10]}",
            "Measure the branch as it is now, and record that.",
        )
    if not fitting:
        raise UsageError(
            f"no row measures {wanted.name} as it is now, at {wanted.commit[:10]}",
            f"codeflash compare BASE {wanted.name} --json, then: codeflash case record",
        )
    found = recording_of(place, rows, number or fitting[-1])
    if not found.kept:
        raise UsageError(
            f"row {found.number} is no gain: {', '.join(sorted({row.status.value for row in found.rows}))}",
            "A change that was no gain is not proposed to anybody.",
        )
    if not found.base or not found.head:
        raise UsageError(
            f"row {found.number} does not say which commit it was compared with",
            f"codeflash compare BASE {wanted.name} --json, and record that.",
        )
    return wanted, found


def _branch(repository: Repository, rows: Sequence[Row], name: str, number: int) -> Branch:
    known = perf_branches(repository)
    if name:
        if not name.startswith(f"{BRANCHES}/") or name == STACK:
            raise UsageError(
                f"{name} is no branch of one change", f"Such branches are called {BRANCHES}/NAME."
            )
        found = [each for each in known if each.name == name]
        if not found:
            raise UsageError(f"the checkout has no branch {name}", f"See: git branch --list '{BRANCHES}/*'")
        return found[0]
    if number:
        commit = next(row.commit for row in rows if row.iteration == number)
        found = [each for each in known if commit and each.commit == commit]
        if len(found) != 1:
            told = "no branch" if not found else "more than one branch"
            raise UsageError(
                f"{told} is at the commit {commit[:10] or '?'} of row {number}", "Name it: --branch perf/NAME"
            )
        return found[0]
    current = [each for each in known if each.name == repository.current_branch()]
    if not current:
        raise UsageError(
            f"the checkout is on no branch {BRANCHES}/NAME",
            "Name the branch: --branch perf/NAME; or the row: --row N",
        )
    return current[0]


def _is_measured(row: Row) -> bool:
    return row.speedup is not None and row.run.startswith(RAW_PREFIX)
