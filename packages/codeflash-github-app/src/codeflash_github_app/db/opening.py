"""The database of an app, with a pool as its settings say."""

from __future__ import annotations

from codeflash_github_app.settings import Settings
from codeflash_postgres.database import Database, open_database


def open_configured(settings: Settings) -> Database:
    """A database that connects when it is first used.

    Args:
        settings: The settings.

    Raises:
        UsageError: The URL is not one of Postgres.
    """
    return open_database(
        settings.database_url,
        application="codeflash-github-app",
        connections=settings.database_connections,
        patience=settings.database_seconds,
        statement_seconds=settings.database_seconds,
    )
