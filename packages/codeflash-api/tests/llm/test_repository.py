from __future__ import annotations

import json
import uuid

import pytest
from sqlalchemy import select

from codeflash_api.db.tables import exchanges
from codeflash_api.llm.exchanges import Exchange, NotKept, Origin
from codeflash_api.llm.repository import DatabaseStore
from codeflash_postgres.database import open_database


def exchange(origin: Origin | None = None) -> Exchange:
    request = {"system": "", "messages": [{"role": "user", "text": "NUL \0, surrogate \ud800, 日本"}]}
    return Exchange("key", "optimize", "v", "azure", "gpt-4.1", request, {"text": "x"}, 1.25, 1_000.0, origin)


async def test_an_exchange_becomes_a_row(database):
    origin = Origin(uuid.uuid4(), "trace\0EXP0")

    await DatabaseStore(database).keep(exchange(origin))

    async with database.single() as connection:
        row = (await connection.execute(select(exchanges))).one()
    assert (row.usage_id, row.trace_id) == (origin.usage_id, "traceEXP0")
    assert (row.feature, row.provider, row.model, row.prompt_version, row.prompt_key) == (
        "optimize",
        "azure",
        "gpt-4.1",
        "v",
        "key",
    )
    assert json.loads(row.request) == exchange().request
    assert json.loads(row.response) == {"text": "x"}
    assert row.seconds == 1.25


async def test_an_exchange_of_no_call_is_kept_too(database):
    await DatabaseStore(database).keep(exchange())

    async with database.single() as connection:
        assert (await connection.execute(select(exchanges.c.usage_id, exchanges.c.trace_id))).one() == (
            None,
            "",
        )


async def test_a_database_that_is_away_is_told():
    away = open_database("postgresql://127.0.0.1:1/none", patience=2.0)
    try:
        with pytest.raises(NotKept, match="database"):
            await DatabaseStore(away).keep(exchange())
    finally:
        await away.close()
