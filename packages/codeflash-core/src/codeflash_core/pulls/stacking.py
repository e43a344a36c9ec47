"""All kept changes on one branch, merged beside the work tree, and the draft that shows what they gain together."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from attrs import frozen

from codeflash_core.cases.benches import IMPORT
from codeflash_core.errors import UsageError
from codeflash_core.git.merging import is_ancestor, merge, write_merge
from codeflash_core.git.own_refs import built, move_branch
from codeflash_core.git.program import ask_git
from codeflash_core.git.remote_branches import tracked
from codeflash_core.git.repository import Repository
from codeflash_core.pulls.choosing import STACK, Branch, Recording, perf_branches, recordings
from codeflash_core.pulls.remotes import Ends, default_branch
from codeflash_core.records.case_place import CasePlace


@frozen
class Part:
    """One change of a stack.

    Attributes:
        branch: Its branch.
        recording: What was measured of it alone.
    """

    branch: Branch
    recording: Recording


@frozen
class Stack:
    """All kept changes together.

    Attributes:
        base: The commit that they stand on.
        commit: The last merge.
        parts: The changes, in the order in which they were recorded.
        together: The recording of base against this very commit; None when it was not measured.
    """

    base: str
    commit: str
    parts: tuple[Part, ...]
    together: Recording | None


def stack_base(repository: Repository, ends: Ends, named: str = "") -> str:
    """The commit that a stack stands on: upstream's default branch as it was last fetched.

    Args:
        repository: The checkout.
        ends: Upstream and fork.
        named: Another version, where it was named.

    Raises:
        UsageError: It is not known here.
    """
    if named:
        commit = repository.commit_of(named)
        if not commit:
            raise UsageError(f"there is no commit {named}", "See git branch -a and git tag.")
        return commit
    branch = default_branch(repository, ends.upstream.name)
    commit = tracked(repository, ends.upstream.name, branch) if branch else ""
    if not commit:
        raise UsageError(
            f"the checkout does not know the default branch of {ends.upstream.name}",
            f"Ask it: git fetch {ends.upstream.name}, git remote set-head {ends.upstream.name} --auto. Or: --on REF",
        )
    return commit


def build(
    place: CasePlace, repository: Repository, base: str, environment: Mapping[str, str] | None = None
) -> Stack:
    """Merge the branches of all kept changes, in the order in which they were recorded.

    The same branches on the same base give the same commit, so that its recorded figures stay valid.

    Args:
        place: The case.
        repository: The checkout; only objects are written to it.
        base: The commit to stand on.
        environment: Variables of git, which may keep the objects elsewhere.

    Raises:
        UsageError: There is no kept change, or two of them can't be merged; the files are named.
    """
    known = recordings(place)
    parts = _parts(perf_branches(repository), known)
    if not parts:
        raise UsageError(
            "no branch perf/NAME is at the commit of a kept row",
            "See what is recorded: codeflash case status",
        )
    commit = base
    for part in parts:
        found = merge(repository, commit, part.branch.commit, environment)
        if found.conflicts:
            before = ", ".join(each.branch.name for each in parts[: parts.index(part)]) or base[:10]
            raise UsageError(
                f"{part.branch.name} can't be merged with {before}: {', '.join(found.conflicts)}",
                "Rebase it on what it conflicts with, measure it again, and record that.",
            )
        message = (
            f"Merge {part.branch.name}\n\nRow {part.recording.number}: {part.recording.kept[0].description}\n"
        )
        commit = write_merge(repository, found.tree, (commit, part.branch.commit), message, environment)
    together = [each for each in known if each.head == commit and each.base == base]
    return Stack(base, commit, parts, together[-1] if together else None)


def write_branch(repository: Repository, commit: str) -> bool:
    """Let the branch of the stack point to a commit; tells whether it did not before.

    Raises:
        UsageError: The branch holds commits that no build made, or is checked out somewhere, whose files would no
            longer be its own.
        DeliveryError: Somebody moved it meanwhile.
    """
    name = f"refs/heads/{STACK}"
    before = repository.commit_of(name)
    if before == commit:
        move_branch(repository, STACK, commit, before)
        return False
    if before and before != built(repository, STACK) and not is_ancestor(repository, before, commit):
        raise UsageError(
            f"{STACK} is at {before[:10]}, which no build made: it would be lost",
            f"Give it a name: git branch -m {STACK} NAME. Then build again.",
        )
    lines = ask_git(repository.top, "worktree", "list", "--porcelain").text.splitlines()
    if f"branch {name}" in lines:
        raise UsageError(
            f"{STACK} is checked out, and would be moved under your files", "Switch to another branch."
        )
    move_branch(repository, STACK, commit, before)
    return True


def measuring(stack: Stack, case: str) -> tuple[str, ...]:
    """The commands that measure and record a stack.

    Args:
        stack: The stack.
        case: ``ORG/PROJECT``.
    """
    targets = dict.fromkeys(row.target for part in stack.parts for row in part.recording.rows)
    modules = [each.removeprefix(IMPORT) for each in targets if each.startswith(IMPORT)]
    benchmarks = [each for each in targets if not each.startswith(IMPORT)]
    words = ["codeflash", "compare", stack.base[:10], STACK]
    words += ["--benchmarks", *benchmarks] if benchmarks else []
    words += ["--import-time", *modules] if modules else []
    return (
        f"{shlex.join(words)} --json > stack.json",
        f"codeflash case record {case} stack.json --technique stack --description 'all kept changes together'",
    )


def _parts(branches: Sequence[Branch], known: Sequence[Recording]) -> tuple[Part, ...]:
    found = []
    for branch in branches:
        mine = [each for each in known if each.head == branch.commit and each.kept]
        if mine:
            found.append(Part(branch, mine[-1]))
    return tuple(sorted(found, key=lambda part: part.recording.number))
