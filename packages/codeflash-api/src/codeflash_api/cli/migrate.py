"""``codeflash-api migrate``."""

from __future__ import annotations

import argparse

from codeflash_api.cli.opening import with_database
from codeflash_postgres.database import Database
from codeflash_postgres.migrating import current


def run(options: argparse.Namespace) -> int:
    """Bring the database up to date and say where it is."""

    async def revision(database: Database) -> str | None:
        return await current(database)

    print(f"the database is at revision {with_database(options.data, revision)}")
    return 0
