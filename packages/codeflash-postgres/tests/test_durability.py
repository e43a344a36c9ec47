from __future__ import annotations

import pytest
from sqlalchemy import ColumnElement, func, select

from codeflash_postgres.database import Database
from codeflash_postgres.durability import AWAITED, UNAWAITED

NOW = select(func.current_setting("synchronous_commit"))


@pytest.mark.parametrize(("choice", "value"), [(AWAITED, "on"), (UNAWAITED, "off")], ids=["awaited", "not"])
async def test_a_choice_holds_for_one_statement_by_itself(
    database: Database, choice: ColumnElement[str], value: str
) -> None:
    async with database.single() as connection:
        usual = await connection.scalar(NOW)
        assert await connection.scalar(select(choice)) == value
        assert await connection.scalar(NOW) == usual


@pytest.mark.parametrize(("choice", "value"), [(AWAITED, "on"), (UNAWAITED, "off")], ids=["awaited", "not"])
async def test_a_choice_holds_to_the_end_of_a_transaction(
    database: Database, choice: ColumnElement[str], value: str
) -> None:
    async with database.begin() as connection:
        await connection.execute(select(choice))
        assert await connection.scalar(NOW) == value
