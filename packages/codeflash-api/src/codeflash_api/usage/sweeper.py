"""Keeps this server's sign of life fresh and closes what dead servers left open."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from sqlalchemy.exc import SQLAlchemyError

from codeflash_api.usage.servers import LEASE_SECONDS, beat, leave, sweep
from codeflash_postgres.database import Database
from codeflash_postgres.errors import DatabaseAway

_log = structlog.get_logger("codeflash_api")


@contextlib.asynccontextmanager
async def sweeping(database: Database, lease: float = LEASE_SECONDS) -> AsyncIterator[None]:
    """Sweep in the background for as long as the block runs.

    Args:
        database: The database; it may go away and come back meanwhile.
        lease: Seconds after which a server that was not seen is dead.
    """
    await _round(database, lease)
    work = asyncio.create_task(_rounds(database, lease))
    try:
        yield
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        with contextlib.suppress(DatabaseAway, SQLAlchemyError):
            await leave(database)


async def _rounds(database: Database, lease: float) -> None:
    while True:
        await asyncio.sleep(lease / 3)
        await _round(database, lease)


async def _round(database: Database, lease: float) -> None:
    try:
        await beat(database)
        closed = await sweep(database, lease)
    except (DatabaseAway, SQLAlchemyError) as problem:
        # The next round tries again; requests say by themselves that the database is away.
        _log.warning("sweeping failed", kind=type(problem).__name__)
        return
    if closed:
        _log.warning("usage rows of unknown outcome", count=closed)
