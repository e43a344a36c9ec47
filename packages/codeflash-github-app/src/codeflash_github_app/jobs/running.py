"""Carries a job out: whichever way it goes, what people see of it comes to an end, and no fault of ours is red."""

from __future__ import annotations

import asyncio
from typing import assert_never

import structlog

from codeflash_core.errors import GitHubError
from codeflash_core.sandbox.tree import remove
from codeflash_github_app.jobs.asking import may_ask
from codeflash_github_app.jobs.commands import compare_asked, optimize_asked
from codeflash_github_app.jobs.host import Ended, Host, Job, Lost
from codeflash_github_app.jobs.pull import optimize_pull
from codeflash_github_app.jobs.push import report_push
from codeflash_github_app.orders import CompareAsked, OptimizeAsked, OptimizePull, ReportPush

log = structlog.get_logger()


async def run(job_id: int, host: Host) -> None:
    """Carry a job out to its end, from wherever it was left.

    Args:
        job_id: Its number; one that is unknown or has ended is left alone.
        host: The machine.

    Raises:
        GitHubError: GitHub does not answer for now (``passing``): the job is to be taken up again, after ``retry_after``
            where that is told. Nothing that was done is lost, and nothing is done twice.
        DatabaseAway: The database is away; likewise.
    """
    job = await host.jobs.find(job_id)
    if job is None or not job.open:
        return
    try:
        ended = await _carried_out(job, host)
    except Lost:
        return
    await host.jobs.finish(job_id, ended)
    # Where the process ends before this is done, the worker does it when it tidies up.
    await asyncio.to_thread(remove, host.folder / "jobs" / str(job_id))


async def _carried_out(job: Job, host: Host) -> Ended:
    try:
        match job.order:
            case OptimizePull() | ReportPush() if job.order.again and not await may_ask(
                host, job.order.repository, job.order.author
            ):
                return Ended("done", message=f"{job.order.author or 'nobody'} may not give orders")
            case OptimizePull():
                return await optimize_pull(job, job.order, host)
            case OptimizeAsked():
                return await optimize_asked(job, job.order, host)
            case CompareAsked():
                return await compare_asked(job, job.order, host)
            case ReportPush():
                return await report_push(job, job.order, host)
            case _:
                assert_never(job.order)
    except GitHubError as problem:
        if problem.passing:
            raise
        # Not even a check run can be shown, such as where the app was removed meanwhile.
        log.warning("job.refused", job=job.id, problem=problem.message)
        return Ended("failed", message=problem.message)
