"""A pull request whose changed functions are made faster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from codeflash_github_app.findings import Findings, findings_of
from codeflash_github_app.jobs.case import CHECKS, Case
from codeflash_github_app.jobs.changed import touched
from codeflash_github_app.jobs.comment import keep_comment
from codeflash_github_app.jobs.delivering import deliver
from codeflash_github_app.jobs.engine import Answered, Unanswered
from codeflash_github_app.jobs.host import Ended, Host, Job
from codeflash_github_app.jobs.preparing import Prepared, prepare_pull
from codeflash_github_app.jobs.projects import by_project, joined
from codeflash_github_app.jobs.showing import Done, shown, unanswered
from codeflash_github_app.orders import OptimizePull
from codeflash_github_app.posts import checking, commenting
from codeflash_github_app.posts.publisher import Posted

NAME = "codeflash"


async def optimize_pull(job: Job, order: OptimizePull, host: Host) -> Ended:
    """Look at the functions that a pull request changes.

    Raises:
        GitHubError: GitHub does not answer for now, or refuses the check run itself.
    """
    again = f"-{order.again}" if order.again else ""
    case = Case(host, job, f"pull-{order.number}-{order.head}{again}", NAME, order.head, order.number)
    async with host.speaking(order.repository, CHECKS) as github:
        pull = await case.pull(github)
    if host.is_bot(pull.author):
        return Ended("done", message="it is one of the app's own")

    async def work(check: Posted) -> Done:
        ready = await prepare_pull(case, pull)
        if not ready.wanted.pull_requests:
            return Done(checking.left("Turned off in .codeflash.toml"))
        found = await touched(ready.clone, ready.base, ready.head, ready.wanted, watch=case.watch())
        lines = {each.target: each.line for each in found.functions}
        notes = (*ready.wanted.warnings, *found.notes)
        return await optimized(case, ready, tuple(lines), lines, notes, check, section="pull", asked=False)

    return await shown(case, "The functions that this pull request changes", work)


async def optimized(
    case: Case,
    ready: Prepared,
    targets: Sequence[str],
    lines: Mapping[str, int],
    notes: tuple[str, ...],
    check: Posted,
    *,
    section: str,
    asked: bool,
) -> Done:
    """Run the engine on functions and hand over what it finds.

    Args:
        case: The job and its commit.
        ready: What it works on.
        targets: ``path::function`` each.
        lines: Where each begins.
        notes: What was left out or not understood.
        check: The check run.
        section: Where in the comment it stands.
        asked: Whether somebody with the right to do so asked for it.

    Raises:
        GivenUp: It is not wanted any more.
        GitHubError: GitHub refuses, or does not answer.
    """
    budget = ready.wanted.budget_seconds
    answer = await _asked(case, ready, targets)
    if isinstance(answer, Unanswered):
        return unanswered(answer, notes)
    document = answer.document
    found = findings_of(document) if targets else Findings()
    worth = [each for each in found.of if each.worth(ready.wanted.least_speedup)]
    pull = await case.still_wanted()
    assert pull is not None
    done = await deliver(case, pull, ready.clone, found, worth, ready.wanted, asked=asked)
    text = commenting.of_findings(
        worth, done.lines, done.patches, commit=case.commit, budget=budget, check=check.url
    )
    refused = await keep_comment(case, section, text, new=bool(worth) or asked)
    notes = (*notes, *done.notes, *refused)
    verdict = checking.of_findings(found, worth, lines, notes, commit=case.commit, budget=budget)
    return Done(verdict, {"optimize": document} if targets else {})


async def _asked(case: Case, ready: Prepared, targets: Sequence[str]) -> Answered | Unanswered:
    """What the engine says of functions, one project of the repository after the other."""
    limits, budget = case.host.limits, ready.wanted.budget_seconds
    told = []
    for prefix, names in by_project(ready.clone, targets).items():
        answer = await case.host.engine.optimize(
            names,
            clone=ready.clone / prefix,
            state=case.folder / "engine" / quote(prefix or "top", safe=""),
            interpreter=ready.interpreter,
            budget=budget,
            seconds=2 * budget * len(names) + limits.extra_seconds,
            watch=case.watch(),
        )
        if isinstance(answer, Unanswered):
            return answer
        told.append((prefix, answer.document))
    return Answered(joined(told) if told else {})
