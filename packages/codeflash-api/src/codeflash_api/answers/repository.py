"""Stores answers by organization, trace and slot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from codeflash_api.db.tables import answers
from codeflash_api.usage.call import Call, stored_trace
from codeflash_postgres.durability import UNAWAITED

if TYPE_CHECKING:
    from codeflash_api.resources import Resources


async def recalled(
    resources: Resources, call: Call, rerun_trace_id: str | None, slot: str
) -> dict[str, Any] | None:
    """What was answered before, or None where nothing was.

    Args:
        resources: The application's resources.
        call: The metered call: only its own organization's answers are found.
        rerun_trace_id: The trace that the client wants to see again; None and empty find nothing.
        slot: Tells the answers of a trace apart, such as ``testgen:1``.

    Raises:
        DatabaseAway: The database is away.
    """
    if not rerun_trace_id:
        return None
    statement = select(answers.c.body).where(
        answers.c.organization_id == call.principal.organization_id,
        answers.c.trace_id == stored_trace(rerun_trace_id),
        answers.c.slot == slot,
    )
    async with resources.database.single() as connection:
        body = await connection.scalar(statement)
    if body is None:
        return None
    found: dict[str, Any] = json.loads(body)
    return found


async def remember(resources: Resources, call: Call, slot: str, body: Mapping[str, Any]) -> None:
    """Keep an answer under the call's trace; a later one replaces it. Calls without a trace are not kept.

    Args:
        resources: The application's resources.
        call: The metered call.
        slot: As in :func:`recalled`.
        body: The answer, of JSON values.

    Raises:
        DatabaseAway: The database is away.
    """
    trace_id = stored_trace(call.trace_id)
    if not trace_id:
        return
    statement = insert(answers).values(
        organization_id=call.principal.organization_id,
        trace_id=trace_id,
        slot=slot,
        body=json.dumps(body),
    )
    async with resources.database.single() as connection:
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["organization_id", "trace_id", "slot"],
                set_={"body": statement.excluded.body, "created_at": statement.excluded.created_at},
            ).returning(UNAWAITED)
        )
