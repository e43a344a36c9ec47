"""What stands in the way of a pull request: upstream has the change, or changed the place, or somebody proposes it too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import frozen

from codeflash_core.errors import UsageError
from codeflash_core.git.merging import merge, merge_base, tree_of
from codeflash_core.git.repository import Repository
from codeflash_core.github.api import GitHub
from codeflash_core.github.values import ChangedFile, PullRequest
from codeflash_core.pulls.change import Touched, functions_of_patch, hunks, is_test, lines_of_patch, touched

MOST_PULLS = 100
"""Open pull requests whose files are looked at, those first that were changed last."""


@frozen
class Obstacle:
    """One thing that stands in the way.

    Attributes:
        told: What it is, a sentence.
        instead: What to do about it.
        final: Whether it can't be passed over.
    """

    told: str
    instead: str
    final: bool = False


def against_upstream(repository: Repository, tip: str, base: str, head: str) -> tuple[Obstacle, ...]:
    """What upstream has done to the place since the branch began.

    Args:
        repository: The checkout.
        tip: Upstream's default branch now.
        base: The commit that the branch was measured against.
        head: The branch's tip.

    Raises:
        StageError: The branch has nothing in common with upstream.
    """
    start = merge_base(repository, tip, head)
    merged = merge(repository, tip, head)
    if not merged.conflicts and merged.tree == tree_of(repository, tip):
        return (Obstacle("upstream has this change already", "There is nothing to propose.", final=True),)
    found = [*_more_than_measured(repository, start, base, head)]
    if merged.conflicts:
        found.append(
            Obstacle(
                f"upstream has changed since what this changes: {', '.join(merged.conflicts)} can't be merged",
                "Rebase the branch, measure it again, and record that.",
                final=True,
            )
        )
        return tuple(found)
    wanted = places(touched(repository, start, head))
    theirs = hunks(repository, start, tip, tuple({each.lines.path for each in wanted})) if wanted else ()
    changed = [each for each in wanted if any(lines.meets(each.lines) for lines in theirs)]
    if changed:
        found.append(
            Obstacle(
                f"upstream has changed {_listed(changed)} since this branch began",
                "Rebase the branch, measure it again, and record that; --anyway opens it all the same.",
            )
        )
    return tuple(found)


def _more_than_measured(repository: Repository, start: str, base: str, head: str) -> Iterable[Obstacle]:
    """The figures are of one change: all that the branch holds beside it may be tests and benchmarks."""
    if tree_of(repository, start) == tree_of(repository, base):
        return
    others = sorted({lines.path for lines in hunks(repository, start, base) if not is_test(lines.path)})
    if others:
        yield Obstacle(
            f"the branch holds more than was measured: {', '.join(others[:5])} changed before {base[:10]}, "
            "the commit that it was compared with",
            f"Measure the whole branch: codeflash compare {start[:10]} {head[:10]}; one change on one branch.",
            final=True,
        )


async def among_pulls(
    github: GitHub, repository: str, title: str, change: Sequence[Touched], own: Iterable[str]
) -> tuple[tuple[Obstacle, ...], tuple[str, ...]]:
    """Open pull requests that may do the same, and what could not be looked at.

    Args:
        github: The API.
        repository: Upstream, ``OWNER/REPO``.
        title: The title of the pull request to be opened.
        change: The places that it touches.
        own: Branches that are ours, as ``owner:branch``.

    Raises:
        GitHubError: There is no answer, or none that can be used.
    """
    ours = {each.casefold() for each in own}
    there = [each for each in await github.open_pulls(repository) if each.head.casefold() not in ours]
    found = [
        Obstacle(f"{_named(each)} is open and has the same title", _LOOK.format(each.url))
        for each in there
        if _plain(each.title) == _plain(title)
    ]
    notes: list[str] = []
    for each in there[:MOST_PULLS]:
        files = await github.files(repository, each.number)
        meeting = _meeting(files, change)
        if meeting:
            found.append(
                Obstacle(f"{_named(each)} is open and changes {_listed(meeting)}", _LOOK.format(each.url))
            )
        elif beside := {one.path for one in files} & {one.lines.path for one in change}:
            notes.append(
                f"{_named(each)} is open and changes {', '.join(sorted(beside))} elsewhere: {each.url}"
            )
    if len(there) > MOST_PULLS:
        notes.append(
            f"of {len(there)} open pull requests the files of the {MOST_PULLS} that were changed last were looked at"
        )
    return tuple(found), tuple(notes)


_LOOK = "Look at it: {}; --anyway opens yours all the same."


def places(change: Sequence[Touched]) -> tuple[Touched, ...]:
    """The places that tell one change from another: no tests, and its functions where it has any.

    What lies outside of functions beside them is imports and constants, which many changes touch.
    """
    product = [each for each in change if not is_test(each.lines.path)]
    return tuple([each for each in product if each.name] or product)


def refuse(obstacles: Sequence[Obstacle], *, anyway: bool) -> tuple[str, ...]:
    """Refuse to go on where something stands in the way.

    Args:
        obstacles: What does.
        anyway: Whether what is not final is passed over.

    Returns:
        What was passed over.

    Raises:
        UsageError: Something is in the way; all of it is named.
    """
    standing = [each for each in obstacles if each.final or not anyway]
    if standing:
        hints = dict.fromkeys(each.instead for each in standing)
        raise UsageError("; ".join(each.told for each in standing), "\n".join(hints))
    return tuple(each.told for each in obstacles)


def _meeting(files: Sequence[ChangedFile], change: Sequence[Touched]) -> list[Touched]:
    return [
        each
        for each in change
        if any(each.lines.path in (file.path, file.before) and _same_place(file, each) for file in files)
    ]


def _same_place(file: ChangedFile, change: Touched) -> bool:
    """Whether a patch is at the place of a change: lines may have moved, so a function is also found by its name."""
    if not file.patch:
        return True  # GitHub shows no patch of a large file: nobody can say that it is elsewhere.
    path = change.lines.path
    if any(lines.meets(change.lines) for lines in lines_of_patch(path, file.patch)):
        return True
    name = change.name.rpartition(".")[2]
    return bool(name) and name in functions_of_patch(file.patch)


def _named(pull: PullRequest) -> str:
    return f"pull request {pull.number} ({' '.join(pull.title.split())[:100]})"


def _listed(change: Sequence[Touched]) -> str:
    return ", ".join(dict.fromkeys(map(str, change)))


def _plain(title: str) -> str:
    return re.sub(r"\W+", " ", title).strip().casefold()
