"""Plans, the organizations that have them, and their members in the database."""

from __future__ import annotations

import uuid

from attrs import frozen
from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from codeflash_api.db.tables import buckets, members, organizations, plans
from codeflash_core.errors import UsageError
from codeflash_postgres.database import Database

DEFAULT_PLAN = "default"
_PLAN_PER_MINUTE = 6_000


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
        found = await organization_of(connection, name, plan)
        await connection.execute(update(organizations).where(organizations.c.id == found).values(plan=plan))
        return found


async def organization_of(connection: AsyncConnection, name: str, plan: str) -> uuid.UUID:
    """The id of an organization; it is made with that plan when it is missing."""
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
        await fill_bucket(connection, made, int(limit or _PLAN_PER_MINUTE))
        return made
    found = await connection.scalar(select(organizations.c.id).where(organizations.c.name == name))
    assert isinstance(found, uuid.UUID)
    return found


async def member_of(connection: AsyncConnection, organization_id: uuid.UUID, user_id: str) -> uuid.UUID:
    """The id of a member; it is made when it is missing, the first one as the owner."""
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


async def fill_bucket(connection: AsyncConnection, owner: uuid.UUID, tokens: int) -> None:
    """Give a key or an organization its bucket, full."""
    this_month = func.date_trunc("month", func.timezone("UTC", func.now()))
    await connection.execute(insert(buckets).values(owner_id=owner, tokens=tokens, month=this_month))
