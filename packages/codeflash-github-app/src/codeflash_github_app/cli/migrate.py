"""``codeflash-github-app migrate``."""

from __future__ import annotations

import argparse
import asyncio

from codeflash_github_app.cli.opening import settings_with_database
from codeflash_github_app.settings import Settings


def run(options: argparse.Namespace) -> int:
    """Bring the database up to date and say where it is."""
    with settings_with_database(options.data) as settings:
        print(f"the database is at revision {asyncio.run(_migrated(settings))}")
    return 0


async def _migrated(settings: Settings) -> str | None:
    from codeflash_github_app.db.migrating import upgrade
    from codeflash_github_app.db.opening import open_configured
    from codeflash_postgres.migrating import current

    database = open_configured(settings)
    try:
        await upgrade(database)
        return await current(database)
    finally:
        await database.close()
