"""Settings and the database for a command: the one that is named, or the embedded one."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

from attrs import evolve

from codeflash_api.settings import Settings, read_settings
from codeflash_postgres.embedded.opening import usable_database

T = TypeVar("T")


@contextlib.contextmanager
def settings_with_database(
    data: Path, meanwhile: Callable[[], None] | None = None, *, alone: bool = False
) -> Iterator[Settings]:
    """Settings whose database can be used until the end of the block.

    Without ``DATABASE_URL`` the Postgres in the data folder is used; it is started, and stopped again, unless a
    service is running on it.

    Args:
        data: The data folder.
        alone: Whether a service on the same folder is refused instead of shared with.
        meanwhile: Called while Postgres starts, which takes about a second.

    Raises:
        UsageError: A variable can't be used.
        PrerequisiteError: Postgres does not start.
    """
    settings = read_settings(os.environ, data)
    with usable_database(settings.database_url, data, meanwhile, alone=alone) as url:
        yield evolve(settings, database_url=url)


def with_database(data: Path, work: Callable[..., Awaitable[T]]) -> T:
    """The result of a coroutine that is given an open database with all migrations.

    Args:
        data: The data folder.
        work: What is to be done with the database.
    """
    from codeflash_api.db.migrating import upgrade
    from codeflash_postgres.database import open_database

    async def whole(url: str) -> T:
        database = open_database(url, application="codeflash-api")
        try:
            await upgrade(database)
            return await work(database)
        finally:
            await database.close()

    with settings_with_database(data) as settings:
        return asyncio.run(whole(settings.database_url))
