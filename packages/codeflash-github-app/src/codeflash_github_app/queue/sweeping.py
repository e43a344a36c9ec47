"""Finds what was left lying: by workers that died, by servers that were killed between two steps."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from sqlalchemy.exc import SQLAlchemyError

from codeflash_github_app.db import inbox, ordering
from codeflash_github_app.queue.broker import Queue
from codeflash_github_app.queue.timing import Timing
from codeflash_postgres.database import Database
from codeflash_postgres.errors import DatabaseAway

KEPT_DAYS = 7.0
KEPT_HOURS = 24
_log = structlog.get_logger("codeflash_github_app")


async def sweep(database: Database, queue: Queue, timing: Timing) -> None:
    """Look once, and put everything that waits into the queue.

    Args:
        database: The database.
        queue: The queue.
        timing: How soon something counts as left lying.

    Raises:
        DatabaseAway: The database is away.
    """
    revived = await queue.revive(timing.lease)
    freed = await ordering.sweep(database, timing.lease)
    if revived or freed:
        _log.warning("work of dead workers", entries=revived, jobs=freed)
    for delivery, repository_id in await inbox.waiting(database, timing.grace):
        await queue.deliver(delivery, repository_id or 0)
    await queue.run(await ordering.due(database, timing.grace))


async def tidy(database: Database, queue: Queue) -> None:
    """Remove what is not needed any more.

    Args:
        database: The database.
        queue: The queue.

    Raises:
        DatabaseAway: The database is away.
    """
    await inbox.forget(database, KEPT_DAYS)
    await queue.forget(KEPT_HOURS)


@contextlib.asynccontextmanager
async def sweeping(database: Database, queue: Queue, timing: Timing) -> AsyncIterator[None]:
    """Sweep in the background for as long as the block runs.

    Args:
        database: The database; it may go away and come back meanwhile.
        queue: The queue.
        timing: How often.
    """
    work = asyncio.create_task(_rounds(database, queue, timing))
    try:
        yield
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def _rounds(database: Database, queue: Queue, timing: Timing) -> None:
    loop = asyncio.get_running_loop()
    tidied = -3600.0
    while True:
        try:
            await sweep(database, queue, timing)
            if loop.time() - tidied >= 3600.0:
                await tidy(database, queue)
                tidied = loop.time()
        except (DatabaseAway, SQLAlchemyError) as problem:
            _log.warning("sweeping failed", kind=type(problem).__name__)
        await asyncio.sleep(timing.sweep)
