"""Finds what was left lying: by workers that died, by servers that were killed between two steps."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from codeflash_core.errors import CodeflashError, GitHubError
from codeflash_github_app.db import entries, inbox, ordering
from codeflash_github_app.db.forgetting import forget_jobs
from codeflash_github_app.queue.backoff import wait
from codeflash_github_app.queue.broker import INBOX, JOBS
from codeflash_github_app.queue.concluding import conclude_left
from codeflash_github_app.queue.folders import remove_left
from codeflash_github_app.queue.house import House

KEPT_DAYS = 7.0
KEPT_HOURS = 24
TIDY_SECONDS = 3600.0
JOBS_FOLDER = "jobs"
_log = structlog.get_logger("codeflash_github_app")


async def sweep(house: House) -> None:
    """Look once, and put everything that waits into the queue.

    Args:
        house: What is at hand.

    Raises:
        DatabaseAway: The database is away.
    """
    database, queue, timing = house.database, house.queue, house.timing
    revived = await queue.revive(timing.lease)
    lost = await entries.forgotten(database, timing.unheard, inbox=INBOX, work=JOBS)
    await queue.drop(lost)
    freed = await ordering.sweep(database, timing.lease)
    if revived or lost or freed:
        _log.warning("work that was left lying", entries=revived, unacknowledged=len(lost), jobs=freed)
    for delivery, repository_id in await inbox.waiting(database, timing.grace):
        await queue.deliver(delivery, repository_id or 0)
    await queue.run(await ordering.due(database, timing.grace))


async def tidy(house: House) -> None:
    """Remove what is not needed any more.

    Args:
        house: What is at hand.

    Raises:
        DatabaseAway: The database is away.
    """
    await inbox.forget(house.database, KEPT_DAYS)
    await forget_jobs(house.database)
    await house.queue.forget(KEPT_HOURS)
    await remove_left(house.database, house.settings.data / JOBS_FOLDER)


@contextlib.asynccontextmanager
async def sweeping(house: House) -> AsyncIterator[None]:
    """Sweep, conclude and tidy in the background for as long as the block runs.

    Each at its own pace: GitHub may be slow, and what waits is found all the same.

    Args:
        house: What is at hand; the database may go away and come back meanwhile.
    """
    pauses = ((sweep, house.timing.sweep), (conclude_left, house.timing.sweep), (tidy, TIDY_SECONDS))
    ending = asyncio.Event()
    work = [asyncio.create_task(_rounds(act, house, pause, ending)) for act, pause in pauses]
    try:
        yield
    finally:
        # Told as well as cancelled: before Python 3.12 the pool of the queue may lose a cancellation.
        ending.set()
        for each in work:
            each.cancel()
        await asyncio.gather(*work, return_exceptions=True)


async def _rounds(
    act: Callable[[House], Awaitable[None]], house: House, pause: float, ending: asyncio.Event
) -> None:
    failed = 0
    while not ending.is_set():
        seconds = pause
        try:
            await act(house)
            failed = 0
        except (CodeflashError, SQLAlchemyError) as problem:
            # A database that is back is used at once; GitHub is asked later and later.
            seconds = wait(problem, failed) if isinstance(problem, GitHubError) else house.timing.sweep
            failed += 1
            _log.warning(f"{act.__name__} failed", kind=type(problem).__name__, again_in=round(seconds, 1))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await ending.wait()
