"""Keeps exchanges with models in the database."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from attrs import frozen

from codeflash_api.db.tables import exchanges
from codeflash_api.llm.exchanges import Exchange, NotKept
from codeflash_postgres.errors import DatabaseAway

if TYPE_CHECKING:
    from codeflash_postgres.database import Database


@frozen
class DatabaseStore:
    """Keeps exchanges as rows.

    Attributes:
        database: The database.
    """

    database: Database

    async def keep(self, exchange: Exchange) -> None:
        """Store one.

        Raises:
            NotKept: The database is away.
        """
        origin = exchange.origin
        row = exchanges.insert().values(
            id=uuid.uuid4(),
            usage_id=origin.usage_id if origin else None,
            trace_id=origin.trace_id.replace("\0", "") if origin else "",
            feature=exchange.feature,
            provider=exchange.provider,
            model=exchange.model,
            prompt_version=exchange.version,
            prompt_key=exchange.key,
            # ASCII: the database takes neither NUL nor lone surrogates.
            request=json.dumps(exchange.request),
            response=json.dumps(exchange.response),
            seconds=exchange.seconds,
        )
        try:
            async with self.database.single() as connection:
                await connection.execute(row)
        except DatabaseAway as problem:
            raise NotKept(problem.message) from problem
