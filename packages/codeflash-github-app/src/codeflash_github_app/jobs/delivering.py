"""From findings to what people get: suggestions where they fit, else a pull request where that is wanted, else a patch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrs import evolve, field, frozen

from codeflash_core.errors import DeliveryError, GitHubError
from codeflash_core.github import branches, comments, reviews
from codeflash_core.github.api import GitHub
from codeflash_core.github.reviews import LineComment
from codeflash_core.github.values import NewPullRequest, PullRequest
from codeflash_core.reports.text import markdown_code, markdown_text
from codeflash_github_app.findings import Finding, Findings
from codeflash_github_app.jobs.case import COMMENTS, Case
from codeflash_github_app.jobs.configuration import Configuration
from codeflash_github_app.posts import commenting, proposing
from codeflash_github_app.posts.branching import PREFIX, branch_name, push_branch, write_branch
from codeflash_github_app.posts.publisher import Posted
from codeflash_github_app.posts.suggestions import suggestions_for

PROPOSALS = {"contents": "write", "pull_requests": "write"}


@frozen
class Delivered:
    """What became of the findings.

    Attributes:
        lines: A sentence for each, Markdown.
        patches: Those whose patch is to be shown, since nothing else could be made of them.
    """

    lines: tuple[str, ...] = ()
    patches: tuple[Finding, ...] = field(default=())


async def deliver(
    case: Case,
    pull: PullRequest,
    clone: Path,
    found: Findings,
    worth: Sequence[Finding],
    wanted: Configuration,
    *,
    asked: bool,
) -> Delivered:
    """Hand over what was found, each thing once.

    Args:
        case: The job and its commit.
        pull: The pull request.
        clone: Its files.
        found: All that was found.
        worth: Those that are worth telling of.
        wanted: What the repository asks for.
        asked: Whether somebody with the right to do so asked for it.

    Raises:
        GitHubError: GitHub refuses, or does not answer.
    """
    if not worth:
        return Delivered()
    async with case.host.speaking(case.repository, COMMENTS) as github:
        files = await case.host.patience.asked(lambda: github.files(case.repository.name, case.number))
        patches = {each.path: each.patch for each in files}
        fitting = {each.target: suggestions_for(each, patches) for each in worth}
        try:
            told = await _suggest(case, github, [remark for each in worth for remark in fitting[each.target]])
        except GitHubError as problem:
            if problem.status != 422:
                raise
            # GitHub sees the lines of the diff in another way: what was found is not lost for that.
            fitting = dict.fromkeys(fitting, ())
            told = ""
    done = Delivered(tuple(f"{markdown_code(each.target)}: {told}" for each in worth if fitting[each.target]))
    for each in worth:
        if fitting[each.target]:
            continue
        line = await _propose(case, pull, clone, found, each, wanted, asked=asked)
        patches_now = done.patches if line.startswith("[") else (*done.patches, each)
        done = Delivered((*done.lines, f"{markdown_code(each.target)}: {line}"), patches_now)
    return done


async def _suggest(case: Case, github: GitHub, remarks: Sequence[LineComment]) -> str:
    """Write one review with all suggestions; what to say of it."""
    if not remarks:
        return ""
    name, key = case.repository.name, f"review:{case.key}"
    text = f"{commenting.marker(key)}\nFaster versions that were proven to behave the same; the check run has the evidence."
    call = reviews.create_review_call(name, case.number, case.commit, text, remarks)

    def posted(each: reviews.Review) -> Posted:
        return Posted(key, "review", str(case.number), each.id, each.url)

    async def find() -> Posted | None:
        for each in await reviews.reviews(github, name, case.number):
            if commenting.marker(key) in each.body and each.bot and each.author == case.host.bot:
                return posted(each)
        return None

    async def make() -> Posted:
        return posted(await reviews.send_review(github, call))

    made = await case.publisher.once(Posted(key, "review", str(case.number)), find, make)
    return f"[a suggestion in the diff]({made.url})"


async def _propose(
    case: Case,
    pull: PullRequest,
    clone: Path,
    found: Findings,
    finding: Finding,
    wanted: Configuration,
    *,
    asked: bool,
) -> str:
    """Open a pull request on top, where that is wanted; what to say of it, which begins with a link where there is one."""
    name = case.repository.name
    if pull.head_repository != name:
        return "its patch is below, since the branch is in a fork"
    if not (asked or wanted.automatic_pull_requests):
        return "its patch is below; a comment `/codeflash optimize` with its name opens a pull request"
    try:
        branch = await write_branch(
            clone,
            case.commit,
            branch_name(case.number, finding.candidate),
            finding.diff,
            proposing.message(finding),
        )
    except DeliveryError as problem:
        return f"its patch is below: {markdown_text(problem.message)}"
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
            return f"its patch is below, since {wanted.open_pull_requests} pull requests of the app are open"
        remote = await case.host.remote(case.repository, "write")

        def posted(each: PullRequest) -> Posted:
            return Posted(key, "pull", branch.name, each.number, each.url)

        async def find() -> Posted | None:
            # One that people closed stands for their answer.
            there = await github.pull_of_head(name, new.head, "all")
            return posted(there) if there else None

        async def make() -> Posted:
            if await branches.branch_commit(github, name, branch.name) != branch.commit:
                await push_branch(clone, remote, branch)
            return posted(await github.create(new))

        try:
            made = await case.publisher.once(Posted(key, "pull", branch.name), find, make)
        except DeliveryError as problem:
            return f"its patch is below: {markdown_text(problem.message)}"
    return f"[a pull request on top of this one]({made.url})"


async def _open_ones(case: Case, github: GitHub) -> int:
    """How many pull requests of the app are open in the repository."""
    name = case.repository.name
    found = await case.host.patience.asked(lambda: github.open_pulls(name))
    return sum(each.head_branch.startswith(PREFIX) and each.head_repository == name for each in found)


async def keep_comment(case: Case, section: str, text: str, *, new: bool) -> None:
    """Write a section of the pull request's one comment anew.

    Args:
        case: The job and its commit.
        section: Which section.
        text: What it says now, Markdown.
        new: Whether the comment is written when there is none yet.

    Raises:
        GitHubError: GitHub refuses, or does not answer.
    """
    name, key = case.repository.name, f"comment:{case.number}"
    wanted = Posted(key, "comment", str(case.number))
    async with case.host.speaking(case.repository, COMMENTS) as github:

        def posted(each: comments.Comment) -> Posted:
            return evolve(wanted, number=each.id, url=each.url)

        async def find() -> Posted | None:
            for each in await comments.comments(github, name, case.number):
                if commenting.marker(key) in each.body and _ours(case, each):
                    return posted(each)
            return None

        async def make() -> Posted:
            body = commenting.merged("", key, section, text)
            call = comments.create_comment_call(name, case.number, body)
            return posted(await comments.send_comment(github, call))

        if new:
            there = await case.publisher.once(wanted, find, make)
        else:
            known = await case.publisher.book.find(key)
            found = known if known is not None and known.there else await case.host.patience.asked(find)
            if found is None:
                return
            there = found

        async def anew() -> None:
            present = await comments.comment(github, name, there.number)
            body = commenting.merged(present.body, key, section, text)
            if body != present.body:
                await comments.send_comment(github, comments.update_comment_call(name, there.number, body))

        await case.publisher.change(anew)


def _ours(case: Case, each: comments.Comment) -> bool:
    """Whether we wrote a comment: anybody can write our sign into theirs."""
    return each.app == case.host.app or (bool(case.host.bot) and each.author == case.host.bot)
