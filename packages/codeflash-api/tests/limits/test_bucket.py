from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import delete, func, select, text, update

from codeflash_api.auth.keys import digest
from codeflash_api.auth.organizations import put_organization, put_plan
from codeflash_api.auth.repository import NewKey, create_key
from codeflash_api.db.tables import api_keys, buckets, usage
from codeflash_api.errors import ApiError
from codeflash_api.feature import Feature
from codeflash_api.limits.bucket import Budget
from codeflash_api.usage.repository import Admitted, Request, admit
from codeflash_postgres.database import Database, open_database


async def take(database: Database, secret: str) -> Admitted:
    return await admit(database, Request(secret, Feature.RANK, "r"))


async def attempts(database: Database, secret: str, count: int) -> list[bool]:
    passed = []
    for _ in range(count):
        try:
            await take(database, secret)
            passed.append(True)
        except ApiError as problem:
            assert problem.status == 429
            passed.append(False)
    return passed


async def owners(database: Database, secret: str) -> tuple[uuid.UUID, uuid.UUID]:
    async with database.single() as connection:
        statement = select(api_keys.c.id, api_keys.c.organization_id).where(api_keys.c.hash == digest(secret))
        row = (await connection.execute(statement)).one()
    return row.id, row.organization_id


async def pretend(database: Database, owner: uuid.UUID, tokens: float, seconds_ago: float = 0) -> None:
    """Set a bucket as if it had held so much so long ago."""
    async with database.single() as connection:
        await connection.execute(
            update(buckets)
            .where(buckets.c.owner_id == owner)
            .values(tokens=tokens, filled_at=func.now() - text(f"interval '{seconds_ago} seconds'"))
        )


async def held(database: Database, owner: uuid.UUID) -> float:
    async with database.single() as connection:
        return float(
            await connection.scalar(select(buckets.c.tokens).where(buckets.c.owner_id == owner)) or 0
        )


async def limited(database: Database, key: int, organization: int, quota: int | None = None) -> str:
    await put_plan(database, "limited", organization, quota)
    await put_organization(database, "acme", "limited")
    return await create_key(database, NewKey(organization="acme", per_minute=key))


async def test_a_full_bucket_lets_a_minutes_calls_pass_and_no_more(database: Database) -> None:
    # One more a minute: nothing flows in while the test runs.
    secret = await limited(database, 1, 100)
    assert await attempts(database, secret, 3) == [True, False, False]


async def test_what_has_flowed_in_can_be_taken(database: Database) -> None:
    secret = await limited(database, 6, 100)
    key, _ = await owners(database, secret)
    await pretend(database, key, 0, seconds_ago=20.5)
    assert await attempts(database, secret, 3) == [True, True, False]


async def test_a_bucket_never_holds_more_than_a_minutes_calls(database: Database) -> None:
    secret = await limited(database, 2, 100)
    key, _ = await owners(database, secret)
    await pretend(database, key, 2, seconds_ago=1_000_000)
    assert await attempts(database, secret, 3) == [True, True, False]


async def test_keys_of_an_organization_share_its_bucket(database: Database) -> None:
    first = await limited(database, 100, 1)
    second = await create_key(database, NewKey(organization="acme", per_minute=100))
    other = await create_key(database, NewKey(organization="rival", per_minute=100))
    assert await attempts(database, first, 1) == [True]
    assert await attempts(database, second, 1) == [False]
    assert await attempts(database, other, 1) == [True]


async def test_a_refused_call_takes_from_neither_bucket(database: Database) -> None:
    secret = await limited(database, 50, 1)
    key, organization = await owners(database, secret)
    assert await attempts(database, secret, 3) == [True, False, False]
    assert await held(database, key) == pytest.approx(49)
    await pretend(database, organization, 1)
    await pretend(database, key, 0)
    assert await attempts(database, secret, 1) == [False]
    assert await held(database, organization) == pytest.approx(1)


async def test_a_clock_that_goes_back_gives_nothing_away(database: Database) -> None:
    secret = await limited(database, 1, 100)
    key, _ = await owners(database, secret)
    await pretend(database, key, 1, seconds_ago=-3600)
    assert await attempts(database, secret, 2) == [True, False]
    async with database.single() as connection:
        later = await connection.scalar(
            select(buckets.c.filled_at > func.now()).where(buckets.c.owner_id == key)
        )
    assert later is True


async def test_a_lowered_limit_counts_at_once(database: Database) -> None:
    secret = await limited(database, 100, 100)
    await put_plan(database, "limited", 1)
    assert await attempts(database, secret, 2) == [True, False]


async def test_a_refusal_says_when_to_come_back_and_what_is_left(database: Database) -> None:
    secret = await limited(database, 2, 100)
    key, _ = await owners(database, secret)
    await pretend(database, key, 0)
    with pytest.raises(ApiError, match="rate limit of 2 calls a minute") as told:
        await take(database, secret)
    assert told.value.status == 429
    assert 29 <= int(told.value.headers["Retry-After"]) <= 30
    assert told.value.headers["X-RateLimit-Limit"] == "2"
    assert told.value.headers["X-RateLimit-Remaining"] == "0"
    assert 29 <= int(told.value.headers["X-RateLimit-Reset"]) <= 31


async def test_a_call_that_passes_is_told_the_smaller_budget(database: Database) -> None:
    secret = await limited(database, 60, 3)
    budget = (await take(database, secret)).budget
    assert budget == Budget(limit=3, remaining=2, reset=0)
    await take(database, secret)
    assert (await take(database, secret)).budget == Budget(limit=3, remaining=0, reset=20)


async def test_a_key_without_its_buckets_does_not_pass(database: Database) -> None:
    secret = await limited(database, 5, 5)
    key, _ = await owners(database, secret)
    async with database.single() as connection:
        await connection.execute(delete(buckets).where(buckets.c.owner_id == key))
    assert await attempts(database, secret, 1) == [False]


async def test_the_monthly_quota_ends_the_calls_of_a_whole_organization(database: Database) -> None:
    first = await limited(database, 100, 100, quota=2)
    second = await create_key(database, NewKey(organization="acme", per_minute=100))
    assert await attempts(database, first, 1) == [True]
    assert await attempts(database, second, 2) == [True, False]
    with pytest.raises(ApiError, match="2 calls of this month are used up") as told:
        await take(database, first)
    assert 0 < int(told.value.headers["Retry-After"]) <= 31 * 24 * 3600
    assert told.value.headers["X-RateLimit-Remaining"] == "0"


async def test_a_new_month_begins_at_nought(database: Database) -> None:
    secret = await limited(database, 100, 100, quota=1)
    _, organization = await owners(database, secret)
    async with database.single() as connection:
        await connection.execute(update(buckets).values(month=date(2020, 1, 1), calls=1_000))
    assert await attempts(database, secret, 2) == [True, False]
    async with database.single() as connection:
        row = (await connection.execute(select(buckets).where(buckets.c.owner_id == organization))).one()
    assert row.calls == 1
    assert row.month > date(2020, 1, 1)


async def test_a_quota_of_nought_lets_nothing_pass(database: Database) -> None:
    assert await attempts(database, await limited(database, 5, 5, quota=0), 1) == [False]


async def race(databases: Sequence[Database], secrets: Sequence[str], count: int) -> int:
    async def one(index: int) -> bool:
        secret = secrets[index % len(secrets)]
        return (await attempts(databases[index % len(databases)], secret, 1))[0]

    return sum(await asyncio.gather(*(one(index) for index in range(count))))


async def test_calls_at_once_over_several_pools_take_exactly_what_is_there(
    database: Database, database_url: str
) -> None:
    secret = await limited(database, 1_000, 1_000)
    key, organization = await owners(database, secret)
    others = [open_database(database_url, connections=8) for _ in range(2)]
    async with database.single() as connection:
        # Limits as low as they get, so that nothing flows in meanwhile.
        await connection.execute(update(api_keys).values(per_minute=40))
    await put_plan(database, "limited", 1_000)
    await pretend(database, key, 10.0, seconds_ago=-3600)
    assert await race(others, [secret], 60) == 10
    assert await held(database, key) == pytest.approx(0)
    assert await held(database, organization) == pytest.approx(990, abs=30)
    async with database.single() as connection:
        assert await connection.scalar(select(func.count()).select_from(usage)) == 10
    for each in others:
        await each.close()


async def test_keys_of_one_organization_at_once_do_not_block_each_other_for_good(
    database: Database, database_url: str
) -> None:
    await limited(database, 1, 1_000)
    secrets = [await create_key(database, NewKey(organization="acme", per_minute=1_000)) for _ in range(6)]
    _, organization = await owners(database, secrets[0])
    await pretend(database, organization, 25.0, seconds_ago=-3600)
    others = [open_database(database_url, connections=8) for _ in range(2)]
    assert await race(others, secrets, 60) == 25
    for each in others:
        await each.close()
