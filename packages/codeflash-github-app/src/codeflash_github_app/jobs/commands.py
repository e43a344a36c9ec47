"""What people ask for in comments; only those who may write to the repository are obeyed."""

from __future__ import annotations

from codeflash_core.errors import UsageError
from codeflash_core.github import comments
from codeflash_core.github.api import GitHub
from codeflash_core.reports.text import markdown_code
from codeflash_github_app.jobs.asking import WRITERS
from codeflash_github_app.jobs.case import COMMENTS, Case
from codeflash_github_app.jobs.changed import is_plain
from codeflash_github_app.jobs.comment import keep_comment
from codeflash_github_app.jobs.host import Ended, Host, Job
from codeflash_github_app.jobs.preparing import prepare_pull
from codeflash_github_app.jobs.pull import optimized
from codeflash_github_app.jobs.push import compared
from codeflash_github_app.jobs.showing import Done, shown
from codeflash_github_app.orders import CompareAsked, OptimizeAsked
from codeflash_github_app.posts import commenting
from codeflash_github_app.posts.publisher import Posted, Publisher


async def optimize_asked(job: Job, order: OptimizeAsked, host: Host) -> Ended:
    """Look at one function of a pull request.

    Raises:
        GitHubError: GitHub does not answer for now, or refuses the check run itself.
    """
    case = await _obeyed(job, order, host, f"codeflash / {order.target}"[:100])
    if case is None:
        return Ended("done", message=f"{order.author} may not give orders")

    async def work(check: Posted) -> Done:
        path, _, name = order.target.partition("::")
        if not is_plain(path) or not all(part.isidentifier() for part in name.split(".")):
            raise UsageError(
                "that is no function's name", "Write /codeflash optimize path/to/file.py::function."
            )
        pull = await case.pull()
        ready = await prepare_pull(case, pull)
        notes = ready.wanted.warnings
        section = f"asked-{order.comment}"
        return await optimized(case, ready, (order.target,), {}, notes, check, section=section, asked=True)

    return await shown(case, markdown_code(order.target), work)


async def compare_asked(job: Job, order: CompareAsked, host: Host) -> Ended:
    """Measure the repository's own benchmarks before and after a pull request.

    Raises:
        GitHubError: GitHub does not answer for now, or refuses the check run itself.
    """
    case = await _obeyed(job, order, host, "codeflash / compare")
    if case is None:
        return Ended("done", message=f"{order.author} may not give orders")

    async def work(check: Posted) -> Done:
        pull = await case.pull()
        ready = await prepare_pull(case, pull)
        done, found = await compared(case, ready)
        if found is None:
            return done
        await case.still_wanted()
        text = commenting.of_comparison(found, check.url)
        return done.noting(await keep_comment(case, "compare", text, new=True))

    return await shown(case, "The repository's own benchmarks, before and after this pull request", work)


async def _obeyed(job: Job, order: OptimizeAsked | CompareAsked, host: Host, name: str) -> Case | None:
    """The case of an order; None where its author may not give one, which they are told once."""
    repository = order.repository
    key = f"asked-{order.comment}" + (f"-{order.again}" if order.again else "")
    book = host.posts(repository, job.id)
    async with host.speaking(repository, COMMENTS) as github:
        may = await host.patience.asked(lambda: comments.permission(github, repository.name, order.author))
        publisher = Publisher(book, host.patience)
        allowed = may in WRITERS
        await publisher.change(
            lambda: comments.react(github, repository.name, order.comment, "eyes" if allowed else "confused")
        )
        if not allowed:
            await _refuse(github, order, host, publisher)
            return None
        # A job that is taken up again stays with its commit, also when the branch was moved meanwhile.
        known = await book.find(f"check:{key}")
        if known is not None:
            return Case(host, job, key, name, known.place, order.number)
        pull = await host.patience.asked(lambda: github.pull(repository.name, order.number))
    return Case(host, job, key, name, pull.head_commit, order.number)


async def _refuse(
    github: GitHub, order: OptimizeAsked | CompareAsked, host: Host, publisher: Publisher
) -> None:
    """Say once for each pull request who may give orders."""
    name, key = order.repository.name, f"refusal:{order.number}"

    def posted(each: comments.Comment) -> Posted:
        return Posted(key, "refusal", str(order.number), each.id, each.url)

    async def find() -> Posted | None:
        for each in await comments.comments(github, name, order.number):
            if commenting.marker(key) in each.body and host.app == each.app:
                return posted(each)
        return None

    async def make() -> Posted:
        call = comments.create_comment_call(name, order.number, commenting.refusal(key))
        return posted(await comments.send_comment(github, call))

    await publisher.once(Posted(key, "refusal", str(order.number)), find, make)
