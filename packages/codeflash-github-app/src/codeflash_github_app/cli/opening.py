"""Settings and what is opened for a command: the database that is named or the embedded one, and the queue."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from codeflash_github_app.settings import Settings, read_settings
from codeflash_postgres.embedded.opening import usable_database

if TYPE_CHECKING:
    from codeflash_github_app.resources import Resources


@contextlib.contextmanager
def settings_with_database(
    data: Path, meanwhile: Callable[[], None] | None = None, *, alone: bool = False
) -> Iterator[Settings]:
    """Settings whose database can be used until the end of the block.

    Args:
        data: The data folder.
        meanwhile: Called while an embedded Postgres starts.
        alone: Whether another server on the same folder is refused instead of shared with.

    Raises:
        UsageError: A variable can't be used.
        PrerequisiteError: Postgres does not start.
    """
    settings = read_settings(os.environ, data)
    with usable_database(settings.database_url, data, meanwhile, alone=alone) as url:
        yield evolve(settings, database_url=url)


@contextlib.asynccontextmanager
async def opened_resources(settings: Settings) -> AsyncIterator[Resources]:
    """The database with all migrations and the queue, until the end of the block.

    Args:
        settings: The settings.

    Raises:
        DatabaseAway: The database is away.
    """
    from codeflash_github_app.db.migrating import upgrade
    from codeflash_github_app.db.opening import open_configured
    from codeflash_github_app.queue.broker import opened
    from codeflash_github_app.resources import Resources

    database = open_configured(settings)
    try:
        await upgrade(database)
        async with opened(settings.database_url, patience=settings.database_seconds) as queue:
            yield Resources(settings, database, queue)
    finally:
        await database.close()


def configure_logs() -> None:
    """Send logs to standard error, without those of the queue that only say what it does."""
    from codeflash_web import logs

    logs.configure()
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
