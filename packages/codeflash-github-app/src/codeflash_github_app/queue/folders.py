"""Folders of jobs that have ended, or are known to nobody: a worker may be killed between a job's end and its clean-up."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import structlog

from codeflash_core.sandbox.tree import remove
from codeflash_github_app.db.jobs import open_jobs
from codeflash_postgres.database import Database

MOST_AT_ONCE = 1000
_log = structlog.get_logger("codeflash_github_app")


async def remove_left(database: Database, folder: Path) -> int:
    """Remove the folders of jobs that neither wait nor run.

    Args:
        database: The database.
        folder: Where the folders of jobs are; each is named by its job's number, and nothing else is touched.

    Returns:
        How many were removed.

    Raises:
        DatabaseAway: The database is away.
    """
    # The folders first: what begins afterwards is not among them.
    present = await asyncio.to_thread(_numbers, folder)
    removed = 0
    for start in range(0, len(present), MOST_AT_ONCE):
        some = present[start : start + MOST_AT_ONCE]
        left = set(some) - await open_jobs(database, some)
        for number in sorted(left):
            # It may have been taken up again while others were removed, which takes a while.
            if not await open_jobs(database, [number]):
                await asyncio.to_thread(remove, folder / str(number))
                removed += 1
    if removed:
        _log.info("folders of jobs that have ended are removed", folders=removed)
    return removed


def _numbers(folder: Path) -> list[int]:
    try:
        names: Iterable[str] = [each.name for each in folder.iterdir() if not each.is_symlink()]
    except OSError:
        return []
    return sorted(int(name) for name in names if _is_number(name))


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and name == str(int(name)) and 0 < int(name) < 2**63
