from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from codeflash_api.answers.repository import recalled, remember
from codeflash_api.auth.keys import digest
from codeflash_api.auth.repository import NewKey, create_key
from codeflash_api.db.tables import answers, api_keys
from codeflash_api.feature import Feature
from codeflash_api.llm.model import Deadline
from codeflash_api.resources import Resources
from codeflash_api.settings import Settings
from codeflash_api.usage.call import Call, Principal
from codeflash_postgres.database import Database

TRACE = "eacb9650-0000-4000-8000-00000000EXP0"


class Free:
    def dollars(self, reply: object) -> float | None:
        return 0.0


@pytest.fixture
def resources(database: Database, settings: Settings) -> Resources:
    return Resources(settings, database, {}, Free())


async def call_of(database: Database, secret: str, trace_id: str = TRACE) -> Call:
    async with database.single() as connection:
        row = (await connection.execute(select(api_keys).where(api_keys.c.hash == digest(secret)))).one()
    principal = Principal(row.id, row.organization_id, "ada", frozenset("*"), 60, 60)
    return Call(uuid.uuid4(), principal, Feature.OPTIMIZE, "r", Deadline.within(10), trace_id)


async def test_an_answer_is_found_by_its_trace_and_slot(
    resources: Resources, database: Database, api_key: str
) -> None:
    call = await call_of(database, api_key)
    body = {"optimizations": [{"source_code": "nul \0 and \ud800", "n": 1.5}]}
    await remember(resources, call, "optimize", body)
    assert await recalled(resources, call, TRACE, "optimize") == body
    assert await recalled(resources, call, TRACE, "testgen:0") is None
    assert await recalled(resources, call, "another", "optimize") is None


async def test_the_last_answer_of_a_slot_counts(
    resources: Resources, database: Database, api_key: str
) -> None:
    call = await call_of(database, api_key)
    await remember(resources, call, "optimize", {"n": 1})
    await remember(resources, call, "optimize", {"n": 2})
    assert await recalled(resources, call, TRACE, "optimize") == {"n": 2}


async def test_answers_of_other_organizations_are_not_found(
    resources: Resources, database: Database, api_key: str
) -> None:
    other = await create_key(database, NewKey(organization="rival"))
    await remember(resources, await call_of(database, api_key), "optimize", {"n": 1})
    assert await recalled(resources, await call_of(database, other), TRACE, "optimize") is None


@pytest.mark.parametrize("trace_id", [None, ""])
async def test_no_trace_finds_nothing(
    resources: Resources, database: Database, api_key: str, trace_id: str | None
) -> None:
    call = await call_of(database, api_key, trace_id="")
    await remember(resources, call, "optimize", {"n": 1})
    assert await recalled(resources, call, trace_id, "optimize") is None
    async with database.single() as connection:
        assert await connection.scalar(select(func.count()).select_from(answers)) == 0


@pytest.mark.parametrize("trace_id", ["a\0b", "x" * 5000, "\ud800"], ids=["nul", "long", "surrogate"])
async def test_odd_traces_are_kept_like_others(
    resources: Resources, database: Database, api_key: str, trace_id: str
) -> None:
    call = await call_of(database, api_key, trace_id)
    await remember(resources, call, "optimize", {"n": 1})
    assert await recalled(resources, call, trace_id, "optimize") == {"n": 1}
