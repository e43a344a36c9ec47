"""A pull request before it is sent: all that git and GitHub would be told, in order."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

from attrs import frozen

from codeflash_core.git.remote_branches import fetch_words, push_words
from codeflash_core.github import requests
from codeflash_core.github.values import Call, NewPullRequest
from codeflash_core.pulls.change import Touched
from codeflash_core.pulls.remotes import Ends, Remote
from codeflash_core.records.pulls_tsv import PullKind

UNKNOWN_BRANCH = "<the default branch, as GitHub tells it>"
EACH = "<NUMBER>"


@frozen
class Draft:
    """A pull request that could be opened.

    Attributes:
        kind: One change, or all of them stacked.
        ends: Upstream and fork.
        target: Where it is opened.
        branch: The branch to merge, which is pushed to the fork.
        commit: What is pushed.
        compared: The commit that it was measured against.
        base: The branch that it is for; empty for the target's default branch.
        title: Its title.
        body: Its text, with marks around it.
        titled: Whether the title was given, so that it replaces that of a pull request which is open already.
        number: The recording that it quotes.
        change: The places that it touches.
        draft: Whether it is opened as a draft.
    """

    kind: PullKind
    ends: Ends
    target: Remote
    branch: str
    commit: str
    compared: str
    base: str
    title: str
    body: str
    titled: bool
    number: int
    change: tuple[Touched, ...]
    draft: bool

    @property
    def head(self) -> str:
        """``owner:branch`` as GitHub calls it."""
        return f"{self.ends.fork.owner}:{self.branch}"

    def judged_on(self, upstream_branch: str) -> str:
        """The branch of upstream that tells whether a change is there already, or can still be merged.

        Args:
            upstream_branch: Upstream's default branch.
        """
        if self.base and self.target.repository == self.ends.upstream.repository:
            return self.base
        return upstream_branch

    def new(self, base: str) -> NewPullRequest:
        """What is opened.

        Args:
            base: The branch that it is for.
        """
        return NewPullRequest(self.target.repository, self.title, self.body, self.head, base, self.draft)


@frozen
class Step:
    """One thing that is done, for people and for JSON.

    Attributes:
        told: Its first line: a command or a request.
        body: What is sent as JSON; None for nothing.
        condition: When it is done; empty for always.
    """

    told: str
    body: dict[str, object] | None = None
    condition: str = ""

    def text(self) -> str:
        """The step as lines."""
        head = f"{self.told}    ({self.condition})" if self.condition else self.told
        return head if self.body is None else f"{head}\n{json.dumps(self.body, indent=2, ensure_ascii=False)}"


def steps(draft: Draft, upstream_branch: str, replacing: str | None) -> tuple[Step, ...]:
    """All that would be done.

    Args:
        draft: The pull request.
        upstream_branch: Upstream's default branch; empty when it is not known here.
        replacing: See :func:`codeflash_core.git.remote_branches.push_words`.
    """
    return tuple(_steps(draft, upstream_branch, replacing))


def step_of(call: Call, condition: str = "") -> Step:
    """A request as a step."""
    body = dict(call.body) if call.body is not None else None
    return Step(f"{call.method} {call.path}", body, condition)


def git_step(words: tuple[str, ...], condition: str = "") -> Step:
    """A command of git as a step."""
    return Step(shlex.join(["git", *words]), None, condition)


def _steps(draft: Draft, upstream_branch: str, replacing: str | None) -> Iterator[Step]:
    upstream, target, fork = draft.ends.upstream, draft.target, draft.ends.fork
    yield step_of(requests.repository_call(upstream.repository))
    if target.repository != upstream.repository:
        yield step_of(requests.repository_call(target.repository))
    tip = upstream_branch or UNKNOWN_BRANCH
    if draft.kind is PullKind.CHANGE:
        yield git_step(fetch_words(upstream.name, draft.judged_on(tip), "refs/codeflash/<random>/tip"))
        yield step_of(requests.open_pulls_call(upstream.repository))
        yield step_of(requests.files_call(upstream.repository, EACH), "for each open pull request")
    yield step_of(requests.pulls_of_head_call(target.repository, draft.head))
    if draft.kind is PullKind.STACK:
        there = tip if target == upstream else UNKNOWN_BRANCH
        yield git_step(fetch_words(target.name, draft.base or there, "refs/codeflash/<random>/tip"))
        yield git_step(("ls-remote", fork.name, f"refs/heads/{draft.branch}"))
    yield git_step(push_words(fork.name, draft.branch, draft.commit, replacing))
    base = draft.base or (tip if target == upstream else UNKNOWN_BRANCH)
    yield step_of(requests.create_call(draft.new(base)))
    instead = "in its place, where one is open already"
    yield step_of(requests.pulls_of_head_call(target.repository, draft.head), f"{instead}: what it says now")
    yield step_of(
        requests.update_call(target.repository, EACH, draft.title, draft.body),
        f"{instead}: what others wrote around the marks stays",
    )
