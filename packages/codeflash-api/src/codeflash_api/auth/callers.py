"""Who a key belongs to: the statement that asks the database, and what its answer means."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from codeflash_api.db.tables import api_keys, members, organizations, plans
from codeflash_api.errors import unauthorized
from codeflash_api.usage.call import Principal


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


def principal(row: Row[Any] | SimpleNamespace | None) -> Principal:
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
