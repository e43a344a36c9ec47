"""A push to the default branch: did the repository's own benchmarks get slower?"""

from __future__ import annotations

from codeflash_core.versions.reading import comparison_of
from codeflash_core.versions.values import VersionsComparison
from codeflash_github_app.jobs.case import Case
from codeflash_github_app.jobs.engine import Unanswered
from codeflash_github_app.jobs.host import Ended, Host, Job
from codeflash_github_app.jobs.preparing import Prepared, prepare_push
from codeflash_github_app.jobs.showing import Done, shown, unanswered
from codeflash_github_app.orders import ReportPush
from codeflash_github_app.posts import checking
from codeflash_github_app.posts.publisher import Posted

NAME = "codeflash / regressions"


async def report_push(job: Job, order: ReportPush, host: Host) -> Ended:
    """Compare the default branch before and after a push.

    Raises:
        GitHubError: GitHub does not answer for now, or refuses the check run itself.
    """
    if not order.before.strip("0"):
        return Ended("done", message="the branch is new: there is nothing to compare it with")
    again = f"-{order.again}" if order.again else ""
    case = Case(host, job, f"push-{order.after}{again}", NAME, order.after)

    async def work(check: Posted) -> Done:
        del check
        ready = await prepare_push(case, order.before)
        if not ready.wanted.push_reports:
            return Done(checking.left("Turned off in .codeflash.toml"))
        done, _ = await compared(case, ready)
        return done

    return await shown(case, "The repository's own benchmarks, before and after this push", work)


async def compared(case: Case, ready: Prepared) -> tuple[Done, VersionsComparison | None]:
    """Run the engine on two commits.

    Args:
        case: The job and its commit.
        ready: What it works on.

    Raises:
        GivenUp: It is not wanted any more.
        StageError: The engine's answer is none.
    """
    wanted = ready.wanted
    answer = await case.host.engine.compare(
        ready.base,
        ready.head,
        clone=ready.clone,
        state=case.folder / "engine" / "compare",
        interpreter=ready.interpreter,
        budget=wanted.budget_seconds,
        seconds=2 * wanted.budget_seconds + case.host.limits.extra_seconds,
        watch=case.watch(),
    )
    if isinstance(answer, Unanswered):
        return unanswered(answer, wanted.warnings), None
    found = comparison_of(answer.document)
    verdict = checking.of_comparison(
        found, wanted.regression, wanted.warnings, regressions_fail=wanted.regressions_fail
    )
    return Done(verdict, {"compare": answer.document}), found
