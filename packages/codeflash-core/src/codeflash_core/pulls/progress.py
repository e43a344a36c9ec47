"""Which step of the work comes next: told from the branches, the fork, the records, not from what was ticked off."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from codeflash_core.cases.machines import Machine
from codeflash_core.git.program import run_git
from codeflash_core.git.remote_branches import tracked
from codeflash_core.git.repository import Repository
from codeflash_core.pulls.choosing import Branch, perf_branches
from codeflash_core.pulls.remotes import default_branch, usual_remotes
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.pulls_tsv import PullRow, read_pulls
from codeflash_core.records.results_tsv import Row, RowStatus, read_rows


@frozen
class Progress:
    """How far the change of one branch has come.

    Attributes:
        branch: The branch.
        base: The commit that it begins at; empty where upstream's branch is not known here.
        pushed: Whether the fork has it as it is, as far as the checkout knows; None where there is no fork.
        fork: The fork's name in the checkout; empty where there is none.
        rows: The rows that measure it as it is.
        pull: The pull request that was opened last; None when there is none.
    """

    branch: Branch
    base: str
    pushed: bool | None
    fork: str
    rows: tuple[Row, ...]
    pull: PullRow | None

    @property
    def is_gain(self) -> bool:
        """Whether a row says that it is a gain."""
        return any(row.status is RowStatus.KEEP for row in self.rows)

    @property
    def number(self) -> int:
        """The number of its latest recording; 0 when there is none."""
        return self.rows[-1].iteration if self.rows else 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do for it here."""
        if self.rows and not self.is_gain:
            return True
        if self.pull is None:
            return self.is_gain and self.pushed is None
        return self.is_gain and self.pull.commit == self.branch.commit


def progress_of(place: CasePlace, repository: Repository) -> tuple[Progress, ...]:
    """How far each branch of the checkout has come, those first whose recording is oldest.

    Raises:
        UsageError: The records can't be read.
    """
    rows, pulls = read_rows(place.results), read_pulls(place.pulls)
    remote, fork = usual_remotes(repository)
    default = default_branch(repository, remote) if remote else ""
    upstream = f"refs/remotes/{remote}/{default}" if default else ""
    found = []
    for branch in perf_branches(repository):
        base = _beginning(repository, upstream, branch)
        if base == branch.commit:
            continue  # nothing on it that upstream does not have
        mine = tuple(row for row in rows if row.commit == branch.commit and row.speedup is not None)
        opened = [each for each in pulls if each.branch == branch.name]
        pushed = tracked(repository, fork, branch.name) == branch.commit if fork else None
        found.append(Progress(branch, base, pushed, fork, mine, opened[-1] if opened else None))
    return tuple(sorted(found, key=lambda each: (each.number or 1_000_000, each.branch.name)))


def next_step(found: Sequence[Progress], case: str, machines: Sequence[Machine] = ()) -> str:
    """The next step of the first branch that is not done; empty when all are, or there is none.

    Args:
        found: How far each branch has come.
        case: ``ORG/PROJECT``.
        machines: The machines of the case.
    """
    for each in found:
        if not each.is_done:
            return _step(each, case, machines)
    return ""


def _step(each: Progress, case: str, machines: Sequence[Machine]) -> str:
    name = each.branch.name
    push = f"git push {each.fork} {name}"
    if not each.rows:
        if each.pushed is False:
            return f"run the tests on {name}, then: {push}"
        mine = [machine for machine in machines if machine.project.casefold() == case.casefold()]
        on = f" --on {mine[0].name}" if mine else ""
        return (
            f"measure {name}: codeflash compare {each.base[:10] or 'BASE'} {name}{on} --json > result.json, "
            "then: codeflash case record"
        )
    if each.pushed is False:
        return f"{name} is measured and not on the fork as it is: {push}"
    again = " again, since the branch has moved" if each.pull else ""
    return f"open the pull request of {name}{again}: codeflash pr open {case} --branch {name}"


def _beginning(repository: Repository, upstream: str, branch: Branch) -> str:
    """Where a branch begins: at upstream's default branch, else at the branch that a fresh repository has."""
    for onto in (upstream, "refs/heads/main", "refs/heads/master"):
        if onto and repository.commit_of(onto):
            said = run_git(repository.top, "merge-base", onto, branch.commit)
            return "" if said.code else said.text
    return ""
