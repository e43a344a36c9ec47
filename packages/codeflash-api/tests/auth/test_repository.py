from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from codeflash_api.auth.first_key import make_first_key
from codeflash_api.auth.keys import digest
from codeflash_api.auth.organizations import put_organization, put_plan
from codeflash_api.auth.repository import NewKey, create_key, list_keys, revoke_key
from codeflash_api.db.tables import api_keys, buckets, members, organizations, plans
from codeflash_core.errors import UsageError
from codeflash_postgres.database import Database


async def test_only_a_hash_of_a_key_is_stored(database: Database) -> None:
    secret = await create_key(database, NewKey())
    async with database.single() as connection:
        row = (await connection.execute(select(api_keys))).one()
    assert row.hash == digest(secret)
    assert secret not in repr(row)
    assert secret.startswith(row.prefix)


async def test_a_key_makes_its_organization_member_and_buckets_once(database: Database) -> None:
    await create_key(database, NewKey(organization="acme", user_id="ada", per_minute=7))
    await create_key(database, NewKey(organization="acme", user_id="ada", per_minute=8))
    await create_key(database, NewKey(organization="acme", user_id="bob", per_minute=9))
    async with database.single() as connection:
        people = (await connection.execute(select(members.c.user_id, members.c.role))).all()
        tokens = (await connection.scalars(select(buckets.c.tokens).order_by(buckets.c.tokens))).all()
        count = await connection.scalar(select(func.count()).select_from(organizations))
    assert sorted(map(tuple, people)) == [("ada", "owner"), ("bob", "member")]
    assert tokens == [7, 8, 9, 6000]
    assert count == 1


async def test_keys_are_listed_oldest_first_without_themselves(database: Database) -> None:
    ends = datetime(2030, 1, 1, tzinfo=UTC)
    first = await create_key(database, NewKey(name="one", scopes=("rank", "optimize"), expires_at=ends))
    await create_key(database, NewKey(name="two", organization="acme", user_id="ada"))
    one, two = await list_keys(database)
    assert (one.name, one.scopes, one.expires_at, one.revoked_at) == ("one", ("rank", "optimize"), ends, None)
    assert (two.name, two.organization, two.user_id) == ("two", "acme", "ada")
    assert first not in repr(one)


@pytest.mark.parametrize("by", ["prefix", "id", "key"])
async def test_a_key_is_revoked_by_its_beginning_its_id_or_itself(database: Database, by: str) -> None:
    secret = await create_key(database, NewKey(name="one"))
    await create_key(database, NewKey(name="two"))
    (one, _) = await list_keys(database)
    revoked = await revoke_key(database, {"prefix": one.prefix, "id": str(one.id), "key": secret}[by])
    assert revoked.name == "one"
    assert revoked.revoked_at is not None
    assert [each.revoked_at is None for each in await list_keys(database)] == [False, True]


@pytest.mark.parametrize("which", ["cf-nothing", "", "cf-", str(uuid.UUID(int=0)), "%"])
async def test_revoking_what_is_not_there_is_refused(database: Database, which: str) -> None:
    await create_key(database, NewKey())
    with pytest.raises(UsageError, match="no key that could be revoked"):
        await revoke_key(database, which)


async def test_a_key_cannot_be_revoked_twice(database: Database) -> None:
    secret = await create_key(database, NewKey())
    await revoke_key(database, secret)
    with pytest.raises(UsageError):
        await revoke_key(database, secret)


async def test_a_beginning_that_two_keys_share_revokes_neither(database: Database) -> None:
    await create_key(database, NewKey(secret="cf-same-beginning-1"))
    await create_key(database, NewKey(secret="cf-same-beginning-2"))
    with pytest.raises(UsageError, match="2 keys begin so"):
        await revoke_key(database, "cf-same")
    assert all(each.revoked_at is None for each in await list_keys(database))


@pytest.mark.parametrize(
    "new",
    [NewKey(per_minute=0), NewKey(scopes=()), NewKey(secret="sk-not-ours")],
    ids=["no calls", "no scopes", "no key"],
)
async def test_a_key_that_could_do_nothing_is_not_made(database: Database, new: NewKey) -> None:
    with pytest.raises(UsageError):
        await create_key(database, new)
    assert await list_keys(database) == ()


async def test_the_same_key_is_not_made_twice(database: Database) -> None:
    await create_key(database, NewKey(secret="cf-chosen-key"))
    with pytest.raises(UsageError, match="exists already"):
        await create_key(database, NewKey(secret="cf-chosen-key", organization="another"))
    assert len(await list_keys(database)) == 1


async def test_plans_are_made_changed_and_given(database: Database) -> None:
    await put_plan(database, "small", 10, 100)
    await put_plan(database, "small", 20, None)
    made = await put_organization(database, "acme", "small")
    assert await put_organization(database, "acme", "small") == made
    async with database.single() as connection:
        row = (await connection.execute(select(plans).where(plans.c.name == "small"))).one()
        tokens = await connection.scalar(select(buckets.c.tokens).where(buckets.c.owner_id == made))
    assert (row.per_minute, row.monthly_quota) == (20, None)
    assert tokens == 20


async def test_an_organization_changes_its_plan(database: Database) -> None:
    await create_key(database, NewKey(organization="acme"))
    await put_plan(database, "large", 99)
    made = await put_organization(database, "acme", "large")
    async with database.single() as connection:
        assert (
            await connection.scalar(select(organizations.c.plan).where(organizations.c.id == made)) == "large"
        )


async def test_a_plan_that_does_not_exist_cannot_be_given(database: Database) -> None:
    with pytest.raises(UsageError, match="no plan huge"):
        await put_organization(database, "acme", "huge")


async def test_an_empty_database_gets_one_first_key(database: Database) -> None:
    first = await make_first_key(database)
    assert first is not None
    assert first.startswith("cf-")
    assert await make_first_key(database) is None
    assert await make_first_key(database, "cf-wanted-later") is None


async def test_the_first_key_can_be_chosen(database: Database) -> None:
    assert await make_first_key(database, "cf-chosen-key") == "cf-chosen-key"


async def test_a_first_key_that_cannot_be_one_is_refused(database: Database) -> None:
    with pytest.raises(UsageError):
        await make_first_key(database, "not-a-key")
    assert await list_keys(database) == ()


async def test_of_servers_that_start_at_once_only_one_makes_the_first_key(database: Database) -> None:
    made = await asyncio.gather(*(make_first_key(database) for _ in range(8)))
    assert sum(each is not None for each in made) == 1
    assert len(await list_keys(database)) == 1


async def test_keys_made_at_once_share_their_organization(database: Database) -> None:
    await asyncio.gather(*(create_key(database, NewKey(organization="acme")) for _ in range(8)))
    assert len(await list_keys(database)) == 8
