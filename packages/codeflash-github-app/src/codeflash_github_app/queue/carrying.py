"""Carries a job out under a lease: with signs of life, an ear for those who want it to end, and an end in any case."""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from codeflash_core.errors import CodeflashError, GitHubError
from codeflash_github_app.db import jobs
from codeflash_github_app.db.jobs import LOST, Job
from codeflash_github_app.queue.backoff import MOST_TRIES
from codeflash_github_app.queue.house import House
from codeflash_github_app.queue.timing import Timing
from codeflash_postgres.database import Database
from codeflash_postgres.errors import DatabaseAway

_log = structlog.get_logger("codeflash_github_app")


async def carry_out(house: House, job_id: int, tries: int = 0) -> None:
    """Carry a job out, if it is free.

    Args:
        house: What is at hand.
        job_id: The job.
        tries: How often in a row GitHub did not answer.

    Raises:
        DatabaseAway: The database is away.
        GitHubError: GitHub does not answer for now; the job waits.
        CancelledError: The worker ends; the job waits.
    """
    timing = house.timing
    job = await jobs.claim(house.database, job_id, house.database.server, timing.lease)
    if job is None:
        return
    with structlog.contextvars.bound_contextvars(job=job.id, key=job.key):
        _log.info("job begins", attempt=job.attempts)
        await _held(house, job, tries)


async def _held(house: House, job: Job, tries: int) -> None:
    database = house.database
    work = asyncio.ensure_future(house.run(job.id, house.host_of(job)))
    beat = asyncio.create_task(_beats(database, job, work, house.timing))
    try:
        await work
    except asyncio.CancelledError:
        current = asyncio.current_task()
        if current is not None and current.cancelling():
            await _given_back(database, job, "The worker ended.")
            raise
        # It was ended by the beats: asked to, or not this worker's any more.
        _log.info("job ends early", state=await jobs.end(database, job))
    except GitHubError as problem:
        await _without_github(database, job, problem, tries)
    except DatabaseAway:
        await _given_back(database, job, "The database was away.")
        raise
    except CodeflashError as problem:
        _log.warning("job failed", problem=problem.message)
        await jobs.finish(database, job, "failed", message=problem.message)
    except Exception as problem:  # noqa: BLE001 - a worker outlives every job
        # What an exception says may quote the repository: it is in no row that people see.
        _log.exception("job failed by a bug of ours")
        message = f"A bug of ours: {type(problem).__name__}. The log says where."
        await jobs.finish(database, job, "failed", message=message)
    finally:
        beat.cancel()
        work.cancel()
        await asyncio.gather(beat, work, return_exceptions=True)
    # A run that ended without a word has nothing to do.
    if await jobs.stop_requested(database, job) != LOST:
        await jobs.finish(database, job, "done")
    await _again(house, job)


async def _without_github(database: Database, job: Job, problem: GitHubError, tries: int) -> None:
    if not problem.passing or tries >= MOST_TRIES:
        await jobs.finish(database, job, "failed", message=problem.message)
        return
    await jobs.release(database, job, f"GitHub does not answer for now: {problem.message}")
    raise problem


async def _given_back(database: Database, job: Job, message: str) -> None:
    with contextlib.suppress(DatabaseAway):
        await asyncio.shield(jobs.release(database, job, message))


async def _again(house: House, job: Job) -> None:
    """Put a job into the queue that was asked for again while it ended."""
    await house.queue.run(await jobs.waiting(house.database, job.id))


async def _beats(database: Database, job: Job, work: asyncio.Future[None], timing: Timing) -> None:
    """Show signs of life; end the work when it is not wanted, or has been without a sign for too long."""
    loop = asyncio.get_running_loop()
    seen = heard = loop.time()
    while True:
        await asyncio.sleep(timing.beat)
        try:
            stop = await jobs.heartbeat(database, job)
        except DatabaseAway:
            # Somebody else takes the job once the lease is over.
            if loop.time() - seen > timing.lease:
                work.cancel()
            continue
        seen = loop.time()
        if not stop:
            heard = seen
        # The work hears of it by itself and says so on GitHub; it has some time for that.
        elif stop == LOST or seen - heard > timing.lease:
            work.cancel()
