"""The pull request's one comment, found again wherever a job was left."""

from __future__ import annotations

from attrs import evolve

from codeflash_core.errors import GitHubError
from codeflash_core.github import comments
from codeflash_github_app.jobs.case import COMMENTS, Case
from codeflash_github_app.jobs.refusals import told_of
from codeflash_github_app.posts import commenting
from codeflash_github_app.posts.publisher import Posted


async def keep_comment(case: Case, section: str, text: str, *, new: bool) -> tuple[str, ...]:
    """Write a section of the pull request's one comment anew.

    Args:
        case: The job and its commit.
        section: Which section.
        text: What it says now, Markdown.
        new: Whether the comment is written when there is none yet.

    Returns:
        What stood in the way, such as a conversation that was locked; the check run tells of it.

    Raises:
        GitHubError: GitHub does not answer for now.
    """
    try:
        await _keep(case, section, text, new=new)
    except GitHubError as problem:
        return (f"no comment could be written: {told_of(problem)}",)
    return ()


async def _keep(case: Case, section: str, text: str, *, new: bool) -> None:
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
    return each.app == case.host.app or case.host.is_bot(each.author)
