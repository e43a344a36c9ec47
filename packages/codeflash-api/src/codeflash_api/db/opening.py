"""The database of a service, with a pool as its settings say."""

from __future__ import annotations

from codeflash_api.settings import Settings
from codeflash_postgres.database import Database, open_database


def configured(settings: Settings) -> Database:
    """A database that connects when it is first used.

    Raises:
        UsageError: The URL is not one of Postgres.
    """
    return open_database(
        settings.database_url,
        application="codeflash-api",
        connections=settings.database_connections,
        patience=settings.database_seconds,
        statement_seconds=settings.database_seconds,
    )
