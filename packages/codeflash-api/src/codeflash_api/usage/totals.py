"""What was used, summed up."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import frozen
from sqlalchemy import Text, cast, func, select

from codeflash_api.db.tables import organizations, usage
from codeflash_api.limits.bucket import MONTH_START
from codeflash_postgres.database import Database


@frozen
class Total:
    """What an organization used of a feature.

    Attributes:
        organization: Its name, or its id when it is gone.
        feature: The feature.
        model: The model that answered last in each call; empty for calls without one.
        outcome: How the calls ended.
        calls: How many.
        tokens_in: Tokens read, cached ones included.
        tokens_cached: The part of them that the provider had cached.
        tokens_out: Tokens written.
        dollars: The price of those calls whose price is known.
        unpriced: How many calls have a price that is not known.
    """

    organization: str
    feature: str
    model: str
    outcome: str
    calls: int
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    dollars: Decimal
    unpriced: int


async def totals(database: Database, since: datetime | None = None) -> tuple[Total, ...]:
    """What was used, by organization, feature, model and outcome.

    Args:
        database: The database.
        since: From when on; the beginning of this month (UTC) when None.
    """
    start: Any = MONTH_START if since is None else since
    name = func.coalesce(organizations.c.name, cast(usage.c.organization_id, Text))
    model = func.coalesce(usage.c.model, "")
    statement = (
        select(
            name,
            usage.c.feature,
            model,
            usage.c.outcome,
            func.count(),
            func.sum(usage.c.tokens_in),
            func.sum(usage.c.tokens_cached),
            func.sum(usage.c.tokens_out),
            func.coalesce(func.sum(usage.c.dollars), 0),
            func.count().filter(usage.c.dollars.is_(None) & (usage.c.exchanges > 0)),
        )
        .select_from(usage.outerjoin(organizations, organizations.c.id == usage.c.organization_id))
        .where(usage.c.started_at >= start)
        .group_by(name, usage.c.feature, model, usage.c.outcome)
        .order_by(name, usage.c.feature, model, usage.c.outcome)
    )
    async with database.single() as connection:
        rows = (await connection.execute(statement)).all()
    return tuple(
        Total(row[0], row[1], row[2], row[3], row[4], int(row[5]), int(row[6]), int(row[7]), row[8], row[9])
        for row in rows
    )
