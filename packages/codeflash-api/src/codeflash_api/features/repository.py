"""Keeps what clients report about their candidates."""

from __future__ import annotations

import uuid

from sqlalchemy import insert

from codeflash_api.db.tables import feature_logs
from codeflash_postgres.database import Database
from codeflash_postgres.durability import UNAWAITED


async def keep(database: Database, organization_id: uuid.UUID, trace_id: str, body: str) -> None:
    """Store a report.

    Args:
        database: Where to.
        organization_id: Whose report it is.
        trace_id: The client's name for the function.
        body: The facts, as JSON text.
    """
    statement = insert(feature_logs).values(organization_id=organization_id, trace_id=trace_id, body=body)
    async with database.single() as connection:
        await connection.execute(statement.returning(UNAWAITED))
