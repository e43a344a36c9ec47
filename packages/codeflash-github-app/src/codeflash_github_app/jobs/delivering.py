"""From findings to what people get: suggestions where they fit, else a pull request where that is wanted, else a patch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from codeflash_core.errors import GitHubError
from codeflash_core.github import reviews
from codeflash_core.github.api import GitHub
from codeflash_core.github.reviews import LineComment
from codeflash_core.github.values import PullRequest
from codeflash_core.reports.text import markdown_code
from codeflash_github_app.findings import Finding, Findings
from codeflash_github_app.jobs.case import COMMENTS, Case
from codeflash_github_app.jobs.configuration import Configuration
from codeflash_github_app.jobs.proposals import propose
from codeflash_github_app.jobs.refusals import told_of
from codeflash_github_app.posts import commenting
from codeflash_github_app.posts.publisher import Posted
from codeflash_github_app.posts.suggestions import suggestions_for


@frozen
class Delivered:
    """What became of the findings.

    Attributes:
        lines: A sentence for each, Markdown.
        patches: Those whose patch is to be shown, since nothing else could be made of them.
        notes: What stood in the way.
    """

    lines: tuple[str, ...] = ()
    patches: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


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
        GitHubError: GitHub does not answer for now.
    """
    if not worth:
        return Delivered()
    fitting, told, notes = await _suggested(case, worth)
    lines = [f"{markdown_code(each.target)}: {told}" for each in worth if each.target in fitting]
    patches = []
    for each in worth:
        if each.target in fitting:
            continue
        line, opened = await propose(case, pull, clone, found, each, wanted, asked=asked)
        lines.append(f"{markdown_code(each.target)}: {line}")
        if not opened:
            patches.append(each)
    return Delivered(tuple(lines), tuple(patches), notes)


async def _suggested(case: Case, worth: Sequence[Finding]) -> tuple[set[str], str, tuple[str, ...]]:
    """Targets that suggestions were written for, what to say of them, and what stood in the way."""
    try:
        async with case.host.speaking(case.repository, COMMENTS) as github:
            files = await case.host.patience.asked(lambda: github.files(case.repository.name, case.number))
            patches = {each.path: each.patch for each in files}
            fitting = {each.target: suggestions_for(each, patches) for each in worth}
            told = await _suggest(case, github, [remark for each in worth for remark in fitting[each.target]])
    except GitHubError as problem:
        # It may also see the lines of the diff in another way: what was found is not lost for that.
        return set(), "", (f"no suggestion could be written: {told_of(problem)}",)
    return {target for target, remarks in fitting.items() if remarks}, told, ()


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
            if commenting.marker(key) in each.body and each.bot and case.host.is_bot(each.author):
                return posted(each)
        return None

    async def make() -> Posted:
        return posted(await reviews.send_review(github, call))

    made = await case.publisher.once(Posted(key, "review", str(case.number)), find, make)
    return f"[a suggestion in the diff]({made.url})"
