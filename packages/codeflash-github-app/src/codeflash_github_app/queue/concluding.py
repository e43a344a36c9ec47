"""Check runs of jobs that have ended come to an end, too: whatever kept the job from showing it."""

from __future__ import annotations

import structlog

from codeflash_core.errors import GitHubError
from codeflash_core.github import checks as github_checks
from codeflash_core.github.access import Access
from codeflash_core.github.api import GitHub
from codeflash_github_app.db import checks
from codeflash_github_app.db.checks import LeftCheck
from codeflash_github_app.jobs.case import CHECKS
from codeflash_github_app.posts import checking
from codeflash_github_app.posts.checking import Verdict
from codeflash_github_app.queue.house import House

_log = structlog.get_logger("codeflash_github_app")


async def conclude_left(house: House) -> None:
    """Look once for check runs that were left in progress, and conclude them.

    Args:
        house: What is at hand.

    Raises:
        DatabaseAway: The database is away.
        GitHubError: GitHub does not answer for now; what could be concluded is.
    """
    away: dict[int, GitHubError] = {}
    for left in await checks.left(house.database, house.timing.grace):
        if left.repository.installation in away:
            continue
        try:
            await _conclude(house, left)
        except GitHubError as problem:
            if problem.passing:
                away[left.repository.installation] = problem
                continue
            # Such as where the commit or the repository is gone: there is nothing to conclude.
            _log.warning("a check run that can't be concluded", key=left.key, problem=problem.message)
        await checks.concluded(house.database, left.id)
    for told in away.values():
        raise told


async def _conclude(house: House, left: LeftCheck) -> None:
    name = left.repository.name
    token = await house.tokens.token(left.repository, CHECKS)
    async with GitHub(Access(house.settings.api, token)) as github:
        number = left.number or await _number(github, left, house.settings.app)
        if not number or (await github_checks.check_run(github, name, number)).status == "completed":
            return
        verdict = verdict_of(left)
        call = github_checks.update_check_call(name, number, verdict.output, verdict.conclusion)
        await github_checks.send_check(github, call)
        _log.info("a check run that was left in progress is concluded", key=left.key, state=left.state)


async def _number(github: GitHub, left: LeftCheck, app: int) -> int:
    """The number of one whose making was never answered; 0 when it was not made."""
    external = left.key.replace("check:", "codeflash:", 1)
    for each in await github_checks.check_runs(github, left.repository.name, left.commit):
        if each.external_id == external and each.app in (0, app) and each.status != "completed":
            return each.id
    return 0


def verdict_of(left: LeftCheck) -> Verdict:
    """What it shows: nobody's change is to blame.

    Args:
        left: The check run.
    """
    match left.state:
        case "superseded":
            return checking.left("A newer commit took its place")
        case "stopped":
            return checking.left("It was stopped")
        case _:
            told = left.message or "the job ended without a word"
            return checking.not_done(told, "Run this check again, or push again.")
