"""A pull request on top of another one, for what fits no suggestion."""

from __future__ import annotations

from pathlib import Path

from codeflash_core.errors import DeliveryError, GitHubError, StageError
from codeflash_core.github import branches
from codeflash_core.github.api import GitHub
from codeflash_core.github.values import NewPullRequest, PullRequest
from codeflash_core.reports.text import markdown_text
from codeflash_github_app.findings import Finding, Findings
from codeflash_github_app.jobs.case import Case
from codeflash_github_app.jobs.configuration import Configuration
from codeflash_github_app.jobs.refusals import told_of
from codeflash_github_app.posts import proposing
from codeflash_github_app.posts.branching import branch_name, push_branch, write_branch
from codeflash_github_app.posts.publisher import Posted

PROPOSALS = {"contents": "write", "pull_requests": "write"}


async def propose(
    case: Case,
    pull: PullRequest,
    clone: Path,
    found: Findings,
    finding: Finding,
    wanted: Configuration,
    *,
    asked: bool,
) -> tuple[str, bool]:
    """Open a pull request on top, where that is wanted and allowed.

    Args:
        case: The job and its commit.
        pull: The pull request.
        clone: Its files.
        found: All that was found.
        finding: What is proposed.
        wanted: What the repository asks for.
        asked: Whether somebody with the right to do so asked for it.

    Returns:
        What to say of it, Markdown, and whether it is open.

    Raises:
        GitHubError: GitHub does not answer for now.
    """
    if pull.is_from_fork:
        return "its patch is below, since the branch is in a fork", False
    if not (asked or wanted.automatic_pull_requests):
        return "its patch is below; a comment `/codeflash optimize` with its name opens a pull request", False
    try:
        made = await _opened(case, pull, clone, found, finding, wanted)
    except (GitHubError, DeliveryError, StageError) as problem:
        told = markdown_text(told_of(problem))
        return f"its patch is below, since no pull request could be opened: {told}", False
    if made is None:
        return (
            f"its patch is below, since {wanted.open_pull_requests} pull requests of the app are open",
            False,
        )
    return f"[a pull request on top of this one]({made.url})", True


async def _opened(
    case: Case, pull: PullRequest, clone: Path, found: Findings, finding: Finding, wanted: Configuration
) -> Posted | None:
    """The pull request; None where there are enough of them."""
    name = case.repository.name
    branch = await write_branch(
        clone,
        case.commit,
        branch_name(case.number, finding.candidate),
        finding.diff,
        proposing.message(finding),
    )
    key = f"pull:{branch.name}"
    body = proposing.body(
        finding, found, number=case.number, key=key, commit=case.commit, budget=wanted.budget_seconds
    )
    new = NewPullRequest(
        name, proposing.title(finding), body, f"{name.partition('/')[0]}:{branch.name}", pull.head_branch
    )
    known = await case.publisher.book.find(key)
    async with case.host.speaking(case.repository, PROPOSALS) as github:
        if known is None and await _open_ones(case, github) >= wanted.open_pull_requests:
            return None

        def posted(each: PullRequest) -> Posted:
            return Posted(key, "pull", branch.name, each.number, each.url)

        async def find() -> Posted | None:
            # One that people closed stands for their answer.
            there = await github.pull_of_head(name, new.head, new.base, "all")
            return posted(there) if there else None

        async def make() -> Posted:
            if await branches.branch_commit(github, name, branch.name) != branch.commit:
                async with case.host.remote(case.repository, "write") as remote:
                    await push_branch(clone, remote, branch)
            return posted(await github.create(new))

        return await case.publisher.once(Posted(key, "pull", branch.name), find, make)


async def _open_ones(case: Case, github: GitHub) -> int:
    """How many pull requests of the app are open in the repository: whoever named its branch, they have its author."""
    found = await case.host.patience.asked(lambda: github.open_pulls(case.repository.name))
    return sum(case.host.is_bot(each.author) for each in found)
