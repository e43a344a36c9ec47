"""Keys in the database."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Row, Select, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from codeflash_api.auth.keys import checked_secret, digest, new_secret, shown
from codeflash_api.auth.organizations import DEFAULT_PLAN, fill_bucket, member_of, organization_of
from codeflash_api.db.tables import api_keys, members, organizations
from codeflash_core.errors import UsageError
from codeflash_postgres.database import Database
from codeflash_postgres.durability import AWAITED

_KEY_PER_MINUTE = 600
# Keys are on the disk when the command that changed them is over.
_DURABLY = select(AWAITED)


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
    organization_id = await organization_of(connection, new.organization, DEFAULT_PLAN)
    key_id = uuid.uuid4()
    await connection.execute(
        insert(api_keys).values(
            id=key_id,
            organization_id=organization_id,
            member_id=await member_of(connection, organization_id, new.user_id),
            name=new.name,
            prefix=shown(secret),
            hash=digest(secret),
            scopes=list(new.scopes),
            per_minute=new.per_minute,
            expires_at=new.expires_at,
        )
    )
    await fill_bucket(connection, key_id, new.per_minute)
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
