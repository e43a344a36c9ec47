from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from codeflash_api.auth.repository import NewKey, create_key, revoke_key
from codeflash_api.db.tables import organizations, servers, usage
from codeflash_api.errors import ApiError
from codeflash_api.feature import Feature
from codeflash_api.llm.model import Deadline, Reply, Tokens
from codeflash_api.usage.call import Call, stored_trace
from codeflash_api.usage.repository import Request, admit, settle
from codeflash_api.usage.servers import beat, leave, sweep
from codeflash_api.usage.totals import totals
from codeflash_postgres.database import Database, open_database
from codeflash_postgres.errors import DatabaseAway
from codeflash_postgres.prepared import Prepared


async def open_call(database: Database, secret: str, feature: Feature = Feature.RANK) -> Call:
    admitted = await admit(database, Request(secret, feature, "request-1", "trace-1"))
    return Call(admitted.id, admitted.principal, feature, "request-1", Deadline.within(60), "trace-1")


async def rows(database: Database) -> list[Any]:
    async with database.single() as connection:
        return list((await connection.execute(select(usage).order_by(usage.c.started_at))).all())


async def outcomes(database: Database) -> list[str]:
    return [row.outcome for row in await rows(database)]


async def age(database: Database, seconds: float) -> None:
    """Make all rows, and all signs of life, older."""
    async with database.single() as connection:
        back = text(f"interval '{seconds} seconds'")
        await connection.execute(update(usage).values(started_at=usage.c.started_at - back))
        await connection.execute(update(servers).values(seen_at=servers.c.seen_at - back))


async def test_an_admitted_call_has_a_row_before_its_work_begins(database: Database, api_key: str) -> None:
    call = await open_call(database, api_key)
    (row,) = await rows(database)
    assert (row.id, row.outcome, row.feature) == (call.id, "started", "rank")
    assert (row.request_id, row.trace_id) == ("request-1", "trace-1")
    assert (row.key_id, row.organization_id) == (call.principal.key_id, call.principal.organization_id)
    assert row.server_id == database.server
    assert row.settled_at is None


async def test_a_settled_row_holds_what_was_spent(database: Database, api_key: str) -> None:
    call = await open_call(database, api_key)
    call.add(Reply("", "azure", "gpt-5", Tokens(100, 40, 10)), 0.25)
    call.add(Reply("", "bedrock", "claude", Tokens(1, 0, 2)), 0.00000001)
    await settle(database, call, "ok", 1.5)
    (row,) = await rows(database)
    assert (row.outcome, row.seconds, row.exchanges) == ("ok", 1.5, 2)
    assert (row.provider, row.model) == ("bedrock", "claude")
    assert (row.tokens_in, row.tokens_cached, row.tokens_out) == (101, 40, 12)
    assert row.dollars == Decimal("0.25000001")
    assert row.settled_at is not None


@pytest.mark.parametrize(
    ("asked", "untold", "waits"), [(1, 0, True), (0, 1, True), (0, 0, False)], ids=["told", "untold", "rules"]
)
async def test_settling_waits_for_the_disk_where_a_provider_was_asked(
    database: Database, api_key: str, asked: int, untold: int, waits: bool
) -> None:
    call = await open_call(database, api_key)
    for _ in range(asked):
        call.add(Reply("", "azure", "gpt-5", Tokens(100, 40, 10)), 0.25)
    call.untold = untold
    said: list[str] = []

    async def one(statement: Prepared, values: Mapping[str, Any]) -> None:
        said.append(statement.text)
        await Database.one(database, statement, values)

    await settle(cast("Database", SimpleNamespace(one=one, server=database.server)), call, "ok", 1.5)
    (settlement,) = said
    assert ("set_config" not in settlement) is waits
    assert await outcomes(database) == ["ok"]


async def test_a_price_that_is_not_known_is_not_nought(database: Database, api_key: str) -> None:
    call = await open_call(database, api_key)
    call.add(Reply("", "openai", "local", Tokens(1, 0, 2)), None)
    call.add(Reply("", "azure", "gpt-5", Tokens(1, 0, 2)), 0.5)
    await settle(database, call, "failed", 0.1)
    (row,) = await rows(database)
    assert row.dollars is None


async def test_a_call_without_a_model_costs_nothing(database: Database, api_key: str) -> None:
    await settle(database, await open_call(database, api_key), "cancelled", 0.1)
    (row,) = await rows(database)
    assert (row.outcome, row.dollars, row.model, row.exchanges) == ("cancelled", 0, None, 0)


async def test_the_first_settlement_counts(database: Database, api_key: str) -> None:
    call = await open_call(database, api_key)
    await settle(database, call, "ok", 1)
    await settle(database, call, "failed", 2)
    (row,) = await rows(database)
    assert (row.outcome, row.seconds) == ("ok", 1)


async def test_a_row_that_a_crash_took_is_made_again(database: Database, api_key: str) -> None:
    call = await open_call(database, api_key)
    async with database.single() as connection:
        await connection.execute(delete(usage))
    await settle(database, call, "ok", 60)
    (row,) = await rows(database)
    assert (row.id, row.outcome, row.trace_id, row.feature) == (call.id, "ok", "trace-1", "rank")
    assert (row.settled_at - row.started_at).total_seconds() == pytest.approx(60)


async def test_settling_works_on_a_new_connection_when_the_old_one_ended(
    database: Database, database_url: str, api_key: str
) -> None:
    server = open_database(database_url, connections=1)
    call = await open_call(server, api_key)
    async with server.single() as connection:
        process = await connection.scalar(select(func.pg_backend_pid()))
    async with database.single() as connection:
        await connection.execute(select(func.pg_terminate_backend(process, 5000)))
    await settle(server, call, "ok", 1)
    assert await outcomes(database) == ["ok"]
    await server.close()


async def test_settling_without_a_database_is_an_error(
    database: Database, api_key: str, unused_port: int
) -> None:
    call = await open_call(database, api_key)
    away = open_database(f"postgresql://127.0.0.1:{unused_port}/x", patience=1)
    with pytest.raises(DatabaseAway):
        await settle(away, call, "ok", 1)
    await away.close()


@pytest.mark.parametrize(
    ("trace", "stored"),
    [("a\0b", "ab"), ("\ud800", "?"), ("x" * 500, "x" * 200), (None, ""), (7, "")],
    ids=["nul", "surrogate", "long", "null", "number"],
)
async def test_any_trace_can_be_stored(database: Database, api_key: str, trace: object, stored: str) -> None:
    assert stored_trace(trace) == stored
    await admit(database, Request(api_key, Feature.RANK, "r", trace))  # type: ignore[arg-type]
    (row,) = await rows(database)
    assert row.trace_id == stored


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        (("*",), True),
        (("rank",), True),
        (("explain", "rank"), True),
        (("explain",), False),
        (("ran",), False),
    ],
)
async def test_a_key_may_do_what_its_scopes_say(
    database: Database, scopes: tuple[str, ...], allowed: bool
) -> None:
    secret = await create_key(database, NewKey(scopes=scopes))
    if allowed:
        await open_call(database, secret)
    else:
        with pytest.raises(ApiError, match="scopes do not allow rank") as told:
            await open_call(database, secret)
        assert told.value.status == 403
    assert len(await rows(database)) == int(allowed)


async def test_keys_that_do_not_count_have_no_rows(database: Database) -> None:
    revoked = await create_key(database, NewKey())
    await revoke_key(database, revoked)
    expired = await create_key(database, NewKey(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    for secret in (revoked, expired, "cf-unknown-key"):
        with pytest.raises(ApiError) as told:
            await open_call(database, secret)
        assert told.value.status == 401
    assert await rows(database) == []


def test_a_request_does_not_show_its_key() -> None:
    assert "hidden" not in repr(Request("cf-hidden", Feature.RANK, "r"))


async def test_open_rows_of_a_dead_server_become_unknown(database: Database, api_key: str) -> None:
    await beat(database)
    await open_call(database, api_key)
    await settle(database, await open_call(database, api_key), "ok", 1)
    assert await sweep(database, lease=30) == 0
    await age(database, 31)
    assert await sweep(database, lease=30) == 1
    assert sorted(await outcomes(database)) == ["ok", "unknown"]
    assert await sweep(database, lease=30) == 0


async def test_open_rows_of_a_living_server_are_left_alone(database: Database, api_key: str) -> None:
    await open_call(database, api_key)
    await age(database, 100)
    await beat(database)
    assert await sweep(database, lease=30) == 0
    assert await outcomes(database) == ["started"]


async def test_what_is_older_than_any_request_is_closed_whoever_opened_it(
    database: Database, api_key: str
) -> None:
    await open_call(database, api_key)
    await age(database, 1_000)
    await beat(database)
    assert await sweep(database, lease=30, longest=900) == 1


async def test_a_young_row_of_an_unknown_server_waits_for_the_lease(database: Database, api_key: str) -> None:
    await open_call(database, api_key)
    assert await sweep(database, lease=30) == 0


async def test_a_server_that_left_is_not_waited_for(database: Database, api_key: str) -> None:
    await beat(database)
    await open_call(database, api_key)
    await age(database, 31)
    await beat(database)
    await leave(database)
    assert await sweep(database, lease=30) == 1


async def test_a_call_that_was_given_up_too_early_is_set_right(database: Database, api_key: str) -> None:
    call = await open_call(database, api_key)
    await age(database, 31)
    assert await sweep(database, lease=30) == 1
    await settle(database, call, "ok", 31)
    assert await outcomes(database) == ["ok"]


async def test_long_dead_servers_are_forgotten(database: Database) -> None:
    async with database.single() as connection:
        await connection.execute(
            insert(servers).values(id=uuid.uuid4(), seen_at=func.now() - text("interval '1 day'"))
        )
    await beat(database)
    await sweep(database)
    async with database.single() as connection:
        assert (await connection.scalars(select(servers.c.id))).all() == [database.server]


async def test_totals_sum_up_by_organization_feature_model_and_outcome(
    database: Database, api_key: str
) -> None:
    for price in (0.5, 0.25, None):
        call = await open_call(database, api_key, Feature.EXPLAIN)
        call.add(Reply("", "azure", "gpt-5", Tokens(10, 5, 1)), price)
        await settle(database, call, "ok", 1)
    await settle(database, await open_call(database, api_key), "failed", 1)
    explained, ranked = await totals(database)
    assert (explained.organization, explained.feature, explained.model) == ("acme", "explain", "gpt-5")
    assert (explained.outcome, explained.calls) == ("ok", 3)
    assert (explained.tokens_in, explained.tokens_cached, explained.tokens_out) == (30, 15, 3)
    assert (explained.dollars, explained.unpriced) == (Decimal("0.75"), 1)
    assert (ranked.feature, ranked.model, ranked.outcome, ranked.unpriced) == ("rank", "", "failed", 0)


async def test_totals_begin_with_the_month_or_when_asked_for(database: Database, api_key: str) -> None:
    await open_call(database, api_key)
    await age(database, 40 * 24 * 3600)
    assert await totals(database) == ()
    (total,) = await totals(database, datetime(2020, 1, 1, tzinfo=UTC))
    assert total.calls == 1


async def test_the_ledger_outlives_an_organization(database: Database, api_key: str) -> None:
    call = await open_call(database, api_key)
    async with database.single() as connection:
        await connection.execute(delete(organizations))
    (total,) = await totals(database)
    assert total.organization == str(call.principal.organization_id)
