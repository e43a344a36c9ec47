"""The worker: handles deliveries, carries jobs out, sweeps; until it is asked to end."""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from procrastinate import App, JobContext
from procrastinate.worker import Worker

from codeflash_core.errors import GitHubError
from codeflash_github_app.db import inbox
from codeflash_github_app.queue.backoff import Backoff
from codeflash_github_app.queue.broker import HANDLE, INBOX, JOBS, RUN, told
from codeflash_github_app.queue.carrying import carry_out
from codeflash_github_app.queue.handling import MOST_TRIES, handle
from codeflash_github_app.queue.house import House
from codeflash_github_app.queue.sweeping import sweeping
from codeflash_postgres.errors import DatabaseAway

DELIVERIES_AT_ONCE = 4
GRACE_SECONDS = 2.0
PAUSE_SECONDS = 2.0
_log = structlog.get_logger("codeflash_github_app")


def add_tasks(app: App, house: House) -> None:
    """Teach the queue what there is to do.

    Args:
        app: The library's application.
        house: What is at hand.
    """

    @app.task(name=HANDLE, queue=INBOX, retry=Backoff(), pass_context=True)
    async def handle_delivery(context: JobContext, delivery: str) -> None:
        try:
            await handle(house, delivery)
        except (DatabaseAway, GitHubError):
            raise
        except Exception as problem:
            if await inbox.missed(house.database, delivery, type(problem).__name__, MOST_TRIES):
                _log.exception("a delivery can't be handled", delivery=delivery)
                return
            raise

    @app.task(name=RUN, queue=JOBS, retry=Backoff(), pass_context=True)
    async def run_job(context: JobContext, job_id: int) -> None:
        await carry_out(house, job_id, context.job.attempts)


async def work(house: House, stopping: asyncio.Event) -> None:
    """Work until asked to end; begin anew when the database was away.

    Args:
        house: What is at hand.
        stopping: Set when it shall end. Jobs that run are given back.
    """
    add_tasks(house.queue.app, house)
    stopped = asyncio.create_task(stopping.wait())
    try:
        async with sweeping(house):
            while not stopping.is_set():
                await _until_trouble(house, stopped)
                if not stopping.is_set():
                    _log.warning("the worker begins anew")
                    await asyncio.wait([stopped], timeout=PAUSE_SECONDS)
    finally:
        stopped.cancel()


async def _until_trouble(house: House, stopped: asyncio.Task[bool]) -> None:
    """Work until asked to end, or until the database is away."""
    workers = [
        _worker(house, INBOX, DELIVERIES_AT_ONCE),
        _worker(house, JOBS, house.settings.concurrency),
    ]
    running = [asyncio.create_task(_run(each)) for each in workers]
    try:
        await asyncio.wait([stopped, *running], return_when=asyncio.FIRST_COMPLETED)
    finally:
        # Asked and not cancelled: before Python 3.12 the pool of the queue may lose a cancellation,
        # and the worker would go on for ever.
        for each in workers:
            each.stop()  # type: ignore[no-untyped-call]
        for problem in await asyncio.gather(*running, return_exceptions=True):
            if isinstance(problem, Exception):
                _log.error("a worker ended by an error", exc_info=problem)


async def _run(worker: Worker) -> None:
    with contextlib.suppress(DatabaseAway), told():
        await worker.run()  # type: ignore[no-untyped-call]


def _worker(house: House, queue: str, at_once: int) -> Worker:
    return Worker(
        house.queue.app,
        queues=[queue],
        name=f"{queue}:{house.database.server.hex[:8]}",
        concurrency=at_once,
        install_signal_handlers=False,
        shutdown_graceful_timeout=GRACE_SECONDS,
        update_heartbeat_interval=house.timing.beat,
        stalled_worker_timeout=house.timing.lease,
        fetch_job_polling_interval=house.timing.beat,
    )
