"""Code hashes, outcomes and deliveries in the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from codeflash_api.companion.orders import Order
from codeflash_api.db.tables import code_hashes, deliveries, optimization_outcomes
from codeflash_api.usage.call import Principal
from codeflash_postgres.database import Database


async def known_hashes(
    database: Database, principal: Principal, owner: str, repo: str, hashes: Iterable[str]
) -> frozenset[str]:
    """Those hashes of code that were optimized before, in the same repository and organization.

    Args:
        database: The database.
        principal: Who asks.
        owner: Owner of the repository.
        repo: Its name.
        hashes: What is asked for.
    """
    wanted = sorted(set(hashes))
    if not wanted:
        return frozenset()
    statement = select(code_hashes.c.code_hash).where(
        code_hashes.c.organization_id == principal.organization_id,
        code_hashes.c.owner == owner,
        code_hashes.c.repo == repo,
        code_hashes.c.code_hash.in_(wanted),
    )
    async with database.single() as connection:
        return frozenset(await connection.scalars(statement))


async def add_hash(
    database: Database, principal: Principal, owner: str, repo: str, code_hash: str, pr_number: int | None
) -> None:
    """Note that code was optimized; noting it again changes nothing."""
    statement = upsert(code_hashes).values(
        organization_id=principal.organization_id,
        owner=owner,
        repo=repo,
        code_hash=code_hash,
        pr_number=pr_number,
    )
    async with database.single() as connection:
        await connection.execute(statement.on_conflict_do_nothing())


async def mark(database: Database, principal: Principal, trace_id: str, found: bool) -> None:
    """Note whether an optimization was found for a trace; the last word counts."""
    statement = upsert(optimization_outcomes).values(
        organization_id=principal.organization_id, trace_id=trace_id, found=found
    )
    async with database.single() as connection:
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["organization_id", "trace_id"], set_={"found": found, "marked_at": func.now()}
            )
        )


async def store(database: Database, principal: Principal, order: Order) -> uuid.UUID:
    """Keep an order before anything is done about it."""
    made = uuid.uuid4()
    statement = insert(deliveries).values(
        id=made,
        organization_id=principal.organization_id,
        key_id=principal.key_id,
        kind=order.kind,
        owner=order.owner,
        repo=order.repo,
        trace_id=order.trace_id,
        file_path=order.file_path,
        function_name=order.function_name,
        pr_number=order.pr_number,
        body=order.body,
    )
    async with database.single() as connection:
        await connection.execute(statement)
    return made


async def settle(database: Database, order_id: uuid.UUID, delivered: bool, pr_number: int | None) -> None:
    """Note what became of an order.

    Args:
        database: The database.
        order_id: As from :func:`store`.
        delivered: Whether the GitHub app took it.
        pr_number: The pull request; None leaves what the order said.
    """
    values: dict[str, object] = {
        "state": "delivered" if delivered else "failed",
        "updated_at": func.now(),
    }
    if pr_number is not None:
        values["pr_number"] = pr_number
    async with database.single() as connection:
        await connection.execute(update(deliveries).where(deliveries.c.id == order_id).values(values))


async def delivered(
    database: Database, principal: Principal, owner: str, repo: str, pr_number: int
) -> Mapping[str, Sequence[str]]:
    """Functions that were delivered to a pull request, by file.

    Args:
        database: The database.
        principal: Who asks.
        owner: Owner of the repository.
        repo: Its name.
        pr_number: The pull request.
    """
    statement = (
        select(deliveries.c.file_path, deliveries.c.function_name)
        .where(
            deliveries.c.organization_id == principal.organization_id,
            deliveries.c.owner == owner,
            deliveries.c.repo == repo,
            deliveries.c.pr_number == pr_number,
            deliveries.c.state == "delivered",
            deliveries.c.file_path != "",
            deliveries.c.function_name != "",
        )
        .distinct()
        .order_by(deliveries.c.file_path, deliveries.c.function_name)
    )
    found: dict[str, list[str]] = {}
    async with database.single() as connection:
        for file_path, function_name in await connection.execute(statement):
            found.setdefault(file_path, []).append(function_name)
    return found
