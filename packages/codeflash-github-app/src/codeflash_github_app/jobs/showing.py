"""A job's work between its check run's beginning and its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from attrs import evolve, field, frozen

from codeflash_core.errors import CodeflashError, ContractViolation, GitHubError
from codeflash_github_app.jobs.case import Case, GivenUp
from codeflash_github_app.jobs.cloning import Gone
from codeflash_github_app.jobs.engine import Unanswered
from codeflash_github_app.jobs.host import Ended, Lost, State
from codeflash_github_app.posts import checking
from codeflash_github_app.posts.checking import Verdict
from codeflash_github_app.posts.publisher import Posted
from codeflash_postgres.errors import DatabaseAway

log = structlog.get_logger()
BUG = "a fault of the app's own ended it"
LATE = "Lower the budget or the number of functions in .codeflash.toml; whoever hosts the app can give it more time."


@frozen
class Done:
    """Work that came to its end.

    Attributes:
        verdict: What the check run shows.
        result: The engine's documents by command.
        answered: Whether the engine answered.
    """

    verdict: Verdict
    result: Mapping[str, Any] = field(factory=dict)
    answered: bool = True

    def noting(self, notes: Sequence[str]) -> Done:
        """The same, with further notes."""
        return evolve(self, verdict=self.verdict.noting(notes))


async def shown(case: Case, what: str, work: Callable[[Posted], Awaitable[Done]]) -> Ended:
    """Do work under a check run: it is in progress before, and completed after, also when the work fails.

    Args:
        case: The job and its commit.
        what: What is looked at, Markdown.
        work: The work; it is given the check run.

    Raises:
        GitHubError: GitHub does not answer for now, or refuses to begin the check run.
        Lost: The job is somebody else's by now.
        DatabaseAway: What was posted can't be looked up for now.
    """
    limits = case.host.limits
    check = await case.begin(checking.beginning(what))
    state: State = "failed"
    result: Mapping[str, Any] = {}
    try:
        await case.still_wanted()
        async with asyncio.timeout(limits.job_seconds):
            done = await _done(case, work, check)
        state, verdict, result = "done" if done.answered else "failed", done.verdict, done.result
    except (Lost, DatabaseAway):
        raise
    except GivenUp as given:
        state, verdict = given.state, checking.left(given.message)
    except TimeoutError:
        verdict = checking.not_done(
            f"it took longer than {limits.job_seconds / 60:,.0f} minutes and was ended", LATE
        )
    except CodeflashError as problem:
        if isinstance(problem, GitHubError) and problem.passing:
            raise
        if isinstance(problem, ContractViolation):
            log.exception("job.fault", job=case.job.id)
            verdict = checking.not_done(BUG, "Its log says more.")
        else:
            log.warning("job.not_done", job=case.job.id, kind=problem.code, problem=problem.message)
            verdict = checking.not_done(problem.message, problem.hint)
    except Exception:
        log.exception("job.fault", job=case.job.id)
        verdict = checking.not_done(BUG, "Its log says more.")
    try:
        await case.conclude(check, verdict)
    except GitHubError as problem:
        if problem.passing:
            raise
        # Nobody can be shown what was measured; the status pages have it.
        log.warning("job.refused", job=case.job.id, problem=problem.message)
        return Ended("failed", verdict.conclusion, problem.message, result)
    return Ended(state, verdict.conclusion, verdict.output.title, result)


async def _done(case: Case, work: Callable[[Posted], Awaitable[Done]], check: Posted) -> Done:
    try:
        return await work(check)
    except Gone:
        # A pull request's branch, most of the time: then its head is seen to, and this ends.
        await case.still_wanted()
        raise


def unanswered(answer: Unanswered, notes: tuple[str, ...] = ()) -> Done:
    """What is shown when the engine did not answer.

    Args:
        answer: Why.
        notes: What else was noticed.
    """
    return Done(checking.not_done(answer.what, answer.hint, notes), answered=False)
