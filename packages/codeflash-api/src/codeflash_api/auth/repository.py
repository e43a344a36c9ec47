"""Organizations, members, plans and keys in the database."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Row, Select, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from codeflash_api.auth.keys import checked_secret, digest, new_secret, shown
from codeflash_api.db.engine import Database
from codeflash_api.db.tables import api_keys, buckets, members, organizations, plans
from codeflash_api.errors import unauthorized
from codeflash_api.usage.call import Principal
from codeflash_core.errors import UsageError

DEFAULT_PLAN = "default"
_PLAN_PER_MINUTE = 6_000
_KEY_PER_MINUTE = 600
# Keys are on the disk when the command that changed them is over.
_DURABLY = select(func.set_config("synchronous_commit", "on", True))


@frozen
class Key:
    """A key as it is listed; the key itself is known only to whom it was given.

    Attributes:
        id: Its row.
        organization: Name of the organization.
        user_id: The member it was made for.
        name: What it is for.
        prefix: Its first characters.
        scopes: What it may do; ``*`` is everything.
        per_minute: Its rate limit.
        created_at: When it was made.
        expires_at: When it ends by itself, or None.
        revoked_at: When it was revoked, or None.
    """

    id: uuid.UUID
    organization: str
    user_id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    per_minute: int
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@frozen
class NewKey:
    """What a key is made for.

    Attributes:
        organization: Name of the organization; made when it is missing.
        user_id: The member; made when missing.
        name: What the key is for.
        scopes: Features and areas that it may use; ``*`` is everything.
        per_minute: Most calls a minute.
        expires_at: When it ends, or None.
        secret: The key itself; made up when empty.
    """

    organization: str = "default"
    user_id: str = "owner"
    name: str = ""
    scopes: tuple[str, ...] = ("*",)
    per_minute: int = _KEY_PER_MINUTE
    expires_at: datetime | None = None
    secret: str = ""


@frozen
class Plan:
    """What organizations with it may use.

    Attributes:
        name: Its name.
        per_minute: Most calls a minute of one organization.
        monthly_quota: Most calls a month of one organization, or None.
        organizations: Names of those that have it.
    """

    name: str
    per_minute: int
    monthly_quota: int | None
    organizations: tuple[str, ...] = ()


async def put_plan(database: Database, name: str, per_minute: int, monthly_quota: int | None = None) -> None:
    """Make a plan, or change it for everyone who has it.

    Args:
        database: The database.
        name: Its name.
        per_minute: Most calls a minute of an organization.
        monthly_quota: Most calls a month of an organization, or None.
    """
    values = {"per_minute": per_minute, "monthly_quota": monthly_quota}
    statement = upsert(plans).values(name=name, **values)
    async with database.single() as connection:
        await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


async def list_plans(database: Database) -> tuple[Plan, ...]:
    """All plans by name."""
    names = func.array_remove(
        func.array_agg(aggregate_order_by(organizations.c.name, organizations.c.name)), None
    )
    statement = (
        select(plans, names.label("organizations"))
        .outerjoin(organizations, organizations.c.plan == plans.c.name)
        .group_by(plans.c.name)
        .order_by(plans.c.name)
    )
    async with database.single() as connection:
        rows = await connection.execute(statement)
        return tuple(
            Plan(row.name, row.per_minute, row.monthly_quota, tuple(row.organizations)) for row in rows
        )


async def put_organization(database: Database, name: str, plan: str) -> uuid.UUID:
    """Make an organization, or give it another plan.

    Raises:
        UsageError: There is no such plan.
    """
    async with database.begin() as connection:
        if await connection.scalar(select(plans.c.name).where(plans.c.name == plan)) is None:
            raise UsageError(f"there is no plan {plan}")
        found = await _organization(connection, name, plan)
        await connection.execute(update(organizations).where(organizations.c.id == found).values(plan=plan))
        return found


async def create_key(database: Database, new: NewKey) -> str:
    """Make a key, and the organization and member that it is for when they are missing.

    Returns:
        The key. It is not kept: this is the only time that it can be seen.

    Raises:
        UsageError: It can't be made as asked for.
    """
    async with database.begin() as connection:
        return await insert_key(connection, new)


async def insert_key(connection: AsyncConnection, new: NewKey) -> str:
    """As :func:`create_key`, inside a transaction."""
    if new.per_minute <= 0:
        raise UsageError(f"a key's limit is at least one call a minute, not {new.per_minute}")
    if not new.scopes:
        raise UsageError("a key without scopes could do nothing")
    secret = checked_secret(new.secret) if new.secret else new_secret()
    await connection.execute(_DURABLY)
    if await connection.scalar(select(api_keys.c.id).where(api_keys.c.hash == digest(secret))) is not None:
        raise UsageError("this key exists already")
    organization_id = await _organization(connection, new.organization, DEFAULT_PLAN)
    key_id = uuid.uuid4()
    await connection.execute(
        insert(api_keys).values(
            id=key_id,
            organization_id=organization_id,
            member_id=await _member(connection, organization_id, new.user_id),
            name=new.name,
            prefix=shown(secret),
            hash=digest(secret),
            scopes=list(new.scopes),
            per_minute=new.per_minute,
            expires_at=new.expires_at,
        )
    )
    await _fill(connection, key_id, new.per_minute)
    return secret


async def list_keys(database: Database) -> tuple[Key, ...]:
    """All keys, oldest first, revoked ones included."""
    async with database.single() as connection:
        rows = await connection.execute(_listed().order_by(api_keys.c.created_at, api_keys.c.id))
        return tuple(_key(row) for row in rows)


async def revoke_key(database: Database, which: str) -> Key:
    """Revoke a key: the next request with it is refused.

    Args:
        database: The database.
        which: Its beginning or its id.

    Raises:
        UsageError: No key that counts is meant, or more than one.
    """
    try:
        meant: ColumnElement[bool] = api_keys.c.id == uuid.UUID(which)
    except ValueError:
        meant = or_(
            func.starts_with(api_keys.c.prefix, which)
            if len(which) > len("cf-")
            else api_keys.c.id.is_(None),
            api_keys.c.hash == digest(which),
        )
    async with database.begin() as connection:
        await connection.execute(_DURABLY)
        found = (await connection.execute(_listed().where(meant, api_keys.c.revoked_at.is_(None)))).all()
        if len(found) != 1:
            raise UsageError(
                "no key that could be revoked begins so" if not found else f"{len(found)} keys begin so",
                "codeflash-api keys list shows them with their ids.",
            )
        await connection.execute(
            update(api_keys).where(api_keys.c.id == found[0].id).values(revoked_at=func.now())
        )
        (row,) = await connection.execute(_listed().where(api_keys.c.id == found[0].id))
        return _key(row)


def caller(hashed: ColumnElement[bytes]) -> Select[Any]:
    """Who a key belongs to and what it may do, for lookups and for the statement that admits a call."""
    return (
        select(
            api_keys.c.id.label("key_id"),
            api_keys.c.organization_id,
            members.c.user_id,
            api_keys.c.scopes,
            api_keys.c.per_minute,
            plans.c.per_minute.label("organization_per_minute"),
            plans.c.monthly_quota,
            api_keys.c.revoked_at.is_not(None).label("revoked"),
            func.coalesce(api_keys.c.expires_at <= func.now(), False).label("expired"),
        )
        .join(organizations, organizations.c.id == api_keys.c.organization_id)
        .join(plans, plans.c.name == organizations.c.plan)
        .join(members, members.c.id == api_keys.c.member_id)
        .where(api_keys.c.hash == hashed)
    )


def principal(row: Row[Any] | None) -> Principal:
    """The caller that a row of :func:`caller` describes.

    Raises:
        ApiError: 401 when there is none or the key does not count any more.
    """
    if row is None:
        raise unauthorized("the API key is not known")
    if row.revoked:
        raise unauthorized("the API key has been revoked")
    if row.expired:
        raise unauthorized("the API key has expired")
    return Principal(
        key_id=row.key_id,
        organization_id=row.organization_id,
        user_id=row.user_id,
        scopes=frozenset(row.scopes),
        per_minute=row.per_minute,
        organization_per_minute=row.organization_per_minute,
        monthly_quota=row.monthly_quota,
    )


def _listed() -> Select[Any]:
    return (
        select(api_keys, organizations.c.name.label("organization"), members.c.user_id)
        .join(organizations, organizations.c.id == api_keys.c.organization_id)
        .join(members, members.c.id == api_keys.c.member_id)
    )


def _key(row: Row[Any]) -> Key:
    scopes: Sequence[str] = row.scopes
    return Key(
        row.id,
        row.organization,
        row.user_id,
        row.name,
        row.prefix,
        tuple(scopes),
        row.per_minute,
        row.created_at,
        row.expires_at,
        row.revoked_at,
    )


async def _organization(connection: AsyncConnection, name: str, plan: str) -> uuid.UUID:
    await connection.execute(
        upsert(plans).values(name=DEFAULT_PLAN, per_minute=_PLAN_PER_MINUTE).on_conflict_do_nothing()
    )
    made = await connection.scalar(
        upsert(organizations)
        .values(name=name, plan=plan)
        .on_conflict_do_nothing()
        .returning(organizations.c.id)
    )
    if isinstance(made, uuid.UUID):
        limit = await connection.scalar(select(plans.c.per_minute).where(plans.c.name == plan))
        await _fill(connection, made, int(limit or _PLAN_PER_MINUTE))
        return made
    found = await connection.scalar(select(organizations.c.id).where(organizations.c.name == name))
    assert isinstance(found, uuid.UUID)
    return found


async def _member(connection: AsyncConnection, organization_id: uuid.UUID, user_id: str) -> uuid.UUID:
    first = await connection.scalar(
        select(func.count()).select_from(members).where(members.c.organization_id == organization_id)
    )
    await connection.execute(
        upsert(members)
        .values(organization_id=organization_id, user_id=user_id, role="member" if first else "owner")
        .on_conflict_do_nothing()
    )
    found = await connection.scalar(
        select(members.c.id).where(members.c.organization_id == organization_id, members.c.user_id == user_id)
    )
    assert isinstance(found, uuid.UUID)
    return found


async def _fill(connection: AsyncConnection, owner: uuid.UUID, tokens: int) -> None:
    this_month = func.date_trunc("month", func.timezone("UTC", func.now()))
    await connection.execute(insert(buckets).values(owner_id=owner, tokens=tokens, month=this_month))
