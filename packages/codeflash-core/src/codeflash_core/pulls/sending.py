"""Opens a pull request: looks for what stands in the way, pushes, opens or writes anew, and records it."""

from __future__ import annotations

import time
from collections.abc import Callable

from attrs import frozen

from codeflash_core.errors import DeliveryError, GitHubError, UsageError
from codeflash_core.git.merging import merge_base
from codeflash_core.git.own_refs import pushed, remember_pushed
from codeflash_core.git.remote_branches import fetch_branch, fetch_words, push, push_words, remote_tip
from codeflash_core.git.repository import Repository
from codeflash_core.github.api import GitHub
from codeflash_core.github.values import PullRequest, RepositoryFacts
from codeflash_core.pulls.choosing import STACK
from codeflash_core.pulls.drafts import Draft, git_step
from codeflash_core.pulls.upstream import Obstacle, against_upstream, among_pulls, refuse
from codeflash_core.pulls.writing import joined
from codeflash_core.records.case_place import CasePlace
from codeflash_core.records.pulls_tsv import PullKind, PullRow, append_pull, read_pulls

Listener = Callable[[str], None]


@frozen
class Sent:
    """A pull request that is open now.

    Attributes:
        row: As it was recorded.
        created: Whether it was opened; else the one that was open was written anew.
        notes: What somebody should know.
    """

    row: PullRow
    created: bool
    notes: tuple[str, ...]


async def send(
    draft: Draft,
    place: CasePlace,
    repository: Repository,
    github: GitHub,
    *,
    anyway: bool = False,
    tell: Listener = lambda line: None,
) -> Sent:
    """Open a pull request, or write the one anew that is open for the branch.

    Args:
        draft: The pull request.
        place: The case that it is recorded in.
        repository: The checkout.
        github: The API.
        anyway: Whether to go on although somebody else may do the same.
        tell: Is told of each command of git before it is run.

    Raises:
        UsageError: Something stands in the way; nothing was sent.
        GitHubError: GitHub refuses or can't be reached.
        DeliveryError: The branch can't be pushed, or somebody closed the pull request meanwhile.
    """
    recorded = read_pulls(place.pulls)  # Damaged records are told before anything is sent.
    upstream = await github.repository(draft.ends.upstream.repository)
    same = draft.target.repository == draft.ends.upstream.repository
    target = upstream if same else await github.repository(draft.target.repository)
    _see_that_it_is_upstream(draft, upstream)
    base = draft.base or target.default_branch
    there = await github.pull_of_head(draft.target.repository, draft.head, base)
    obstacles: tuple[Obstacle, ...]
    notes: tuple[str, ...] = ()
    if draft.kind is PullKind.STACK:
        obstacles = _beneath(draft, repository, base, tell)
    else:
        obstacles, notes = await _in_the_way(draft, repository, github, upstream, tell)
    closed = [each for each in recorded if each.branch == draft.branch and each.repository == target.name]
    if there is None and closed:
        number = closed[-1].number
        obstacles += (
            Obstacle(
                f"pull request {number} of {draft.branch} is not open any more",
                f"See why: {closed[-1].url}; --anyway opens another one.",
            ),
        )
    notes += refuse(obstacles, anyway=anyway)
    _push(draft, repository, recorded, tell)
    pull, created = await _opened(draft, github, there, base)
    row = _row(draft, target.name, pull)
    append_pull(place.pulls, row)
    return Sent(row, created, notes)


def replaced_tip(draft: Draft, repository: Repository, recorded: tuple[PullRow, ...], now: str) -> str | None:
    """What a branch on the fork is when it is pushed: None where it may only go forward.

    Args:
        draft: The pull request.
        repository: The checkout.
        recorded: The case's pull requests.
        now: The branch's tip on the fork; empty when it is not there.

    Raises:
        UsageError: Somebody else put something on the branch.
    """
    if draft.kind is PullKind.CHANGE:
        return None
    # A stack is built anew each time: only what this case put there may be replaced.
    ours = {each.commit for each in recorded if each.branch == draft.branch}
    fork, branch = draft.ends.fork, draft.branch
    ours |= {pushed(repository, fork.name, branch), draft.commit, ""}
    if now not in ours:
        raise UsageError(
            f"{branch} of {fork.repository} is at {now[:10]}, which this checkout never put there",
            f"Look at it: git fetch {fork.name} {branch}. Keep what it holds under another name, then take it away: "
            f"git push {fork.name} --delete {branch}",
        )
    return now


def _row(draft: Draft, repository: str, pull: PullRequest) -> PullRow:
    return PullRow(
        kind=draft.kind,
        repository=repository,
        number=pull.number,
        url=pull.url,
        branch=draft.branch,
        commit=draft.commit,
        iteration=draft.number,
        title=pull.title,
        recorded=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )


def _see_that_it_is_upstream(draft: Draft, facts: RepositoryFacts) -> None:
    if facts.parent and draft.target == draft.ends.upstream and draft.ends.upstream == draft.ends.fork:
        raise UsageError(
            f"{facts.name} is a fork of {facts.parent}, and the checkout has no other remote",
            f"Add it: git remote add upstream ADDRESS-OF-{facts.parent}. Or open it in the fork: --into fork.",
        )


async def _in_the_way(
    draft: Draft, repository: Repository, github: GitHub, upstream: RepositoryFacts, tell: Listener
) -> tuple[tuple[Obstacle, ...], tuple[str, ...]]:
    tip = _fetched(repository, draft.ends.upstream.name, draft.judged_on(upstream.default_branch), tell)
    ours = (draft.head, f"{draft.ends.fork.owner}:{STACK}")
    pulls, notes = await among_pulls(github, upstream.name, draft.title, draft.change, ours)
    return (*against_upstream(repository, tip, draft.compared, draft.commit), *pulls), notes


def _beneath(draft: Draft, repository: Repository, base: str, tell: Listener) -> tuple[Obstacle, ...]:
    """The branch that a stack is for has to hold the commit that it was measured against, and none of its changes."""
    tip = _fetched(repository, draft.target.name, base, tell)
    start = merge_base(repository, tip, draft.commit)
    if start == draft.compared:
        return ()
    return (
        Obstacle(
            f"{base} of {draft.target.repository} and the stack part at {start[:10]}, and it was measured against "
            f"{draft.compared[:10]}",
            f"Bring {base} there up to date with upstream, or build the stack on it: --on REF; then measure it again.",
            final=True,
        ),
    )


def _fetched(repository: Repository, remote: str, branch: str, tell: Listener) -> str:
    tell(git_step(fetch_words(remote, branch, "refs/codeflash/<random>/tip")).text())
    return fetch_branch(repository, remote, branch)


def _push(draft: Draft, repository: Repository, recorded: tuple[PullRow, ...], tell: Listener) -> None:
    fork = draft.ends.fork.name
    replacing = None
    if draft.kind is PullKind.STACK:
        tell(git_step(("ls-remote", fork, f"refs/heads/{draft.branch}")).text())
        replacing = replaced_tip(draft, repository, recorded, remote_tip(repository, fork, draft.branch))
    tell(git_step(push_words(fork, draft.branch, draft.commit, replacing)).text())
    push(repository, fork, draft.branch, draft.commit, replacing)
    if draft.kind is PullKind.STACK:
        remember_pushed(repository, fork, draft.branch, draft.commit)


async def _opened(
    draft: Draft, github: GitHub, there: PullRequest | None, base: str
) -> tuple[PullRequest, bool]:
    repository = draft.target.repository
    if there is None:
        try:
            return await github.create(draft.new(base)), True
        except GitHubError as problem:
            if problem.status != 422:
                raise
            # Somebody may have opened it a moment ago; GitHub says so with the same status as of other mistakes.
            now = await github.pull_of_head(repository, draft.head, base)
            if now is None:
                raise
    else:
        # Looking for obstacles and pushing took a while: others may have written into it meanwhile.
        now = await github.pull_of_head(repository, draft.head, base)
        if now is None:
            raise DeliveryError(
                f"pull request {there.number} of {draft.branch} was closed while this was sent; the branch is pushed",
                f"See why: {there.url}",
            )
    title = draft.title if draft.titled else now.title
    return await github.update(repository, now.number, title, joined(now.body, draft.body)), False
