"""The ledger: a row before the work begins, settled when it ends."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from attrs import field, frozen
from sqlalchemy import (
    Insert,
    Select,
    any_,
    bindparam,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from codeflash_api.auth.callers import caller, principal
from codeflash_api.auth.keys import digest
from codeflash_api.db.tables import api_keys, usage
from codeflash_api.errors import forbidden
from codeflash_api.feature import Feature
from codeflash_api.limits.bucket import UNTIL_NEXT_MONTH, Budget, left, refusal, taking
from codeflash_api.usage.call import Call, Outcome, Principal, Spent, stored_trace
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database
from codeflash_postgres.durability import UNAWAITED
from codeflash_postgres.errors import DatabaseAway
from codeflash_postgres.prepared import Prepared


@frozen
class Request:
    """What is asked for when a call wants in.

    Attributes:
        secret: The key.
        feature: What is called.
        request_id: The request's own id.
        trace_id: The client's id of what it works on.
    """

    secret: str = field(repr=False)
    feature: Feature
    request_id: str
    trace_id: str = ""


@frozen
class Admitted:
    """A call that was let in.

    Attributes:
        id: Its row in the ledger.
        principal: Who calls.
        budget: What is left to them.
    """

    id: uuid.UUID
    principal: Principal
    budget: Budget


def _admission() -> Select[Any]:
    """Authenticates, takes from the buckets and inserts the row: one statement, one transaction, one round trip."""
    found = caller(bindparam("hash", type_=api_keys.c.hash.type)).cte("found")
    scope = bindparam("feature", type_=usage.c.feature.type)
    allowed = or_(scope == any_(found.c.scopes), literal("*") == any_(found.c.scopes))
    who = select(
        found,
        allowed.label("in_scope"),
        (not_(found.c.revoked) & not_(found.c.expired) & allowed).label("usable"),
    ).cte("who")
    take = taking(who)
    row = select(
        bindparam("id", type_=usage.c.id.type),
        who.c.organization_id,
        who.c.key_id,
        bindparam("server", type_=usage.c.server_id.type),
        scope,
        bindparam("request_id", type_=usage.c.request_id.type),
        bindparam("trace_id", type_=usage.c.trace_id.type),
    ).select_from(who.join(take.verdict, take.verdict.c.room & take.verdict.c.within_quota))
    columns = ["id", "organization_id", "key_id", "server_id", "feature", "request_id", "trace_id"]
    inserted = insert(usage).from_select(columns, row).returning(usage.c.id).cte("inserted")
    return (
        select(
            who,
            take.verdict,
            inserted.c.id.label("admitted"),
            UNTIL_NEXT_MONTH.label("until_next_month"),
            UNAWAITED,
        )
        .select_from(who.join(take.verdict, literal(True)).outerjoin(inserted, literal(True)))
        .add_cte(take.taken)
    )


_ADMISSION = Prepared(_admission(), ("hash", "id", "server", "feature", "request_id", "trace_id"))


async def admit(database: Database, request: Request) -> Admitted:
    """Let a call in, and open its row.

    Raises:
        ApiError: 401 for a key that does not count, 403 for one that may not do this, 429 when a limit is reached.
        DatabaseAway: The database is away.
    """
    values = {
        "hash": digest(request.secret),
        "id": uuid.uuid4(),
        "server": database.server,
        "feature": request.feature.value,
        "request_id": request.request_id,
        "trace_id": stored_trace(request.trace_id),
    }
    row = await database.one(_ADMISSION, values)
    who = principal(row)
    assert row is not None
    if not row.in_scope:
        raise forbidden(f"the API key's scopes do not allow {request.feature.value}")
    if row.admitted is None:
        raise refusal(row)
    return Admitted(row.admitted, who, left(row))


_SPENT = ("provider", "model", "exchanges", "tokens_in", "tokens_cached", "tokens_out", "dollars")


def _settlement() -> Insert:
    """Closes a row, and makes it where a crash of the database took it."""
    row = upsert(usage).values(
        settled_at=func.now(), started_at=ago(bindparam("lasted", type_=usage.c.seconds.type))
    )
    closed = {name: row.excluded[name] for name in ("outcome", "seconds", "settled_at", *_SPENT)}
    return row.on_conflict_do_update(
        index_elements=["id"],
        set_=closed,
        # A row that the sweeper closed too early is set right.
        where=or_(usage.c.outcome == "started", usage.c.outcome == "unknown"),
    )


_SETTLED = (
    *("id", "organization_id", "key_id", "server_id", "feature", "request_id", "trace_id"),
    *("outcome", "seconds", "lasted", *_SPENT),
)
_SETTLEMENT = Prepared(_settlement(), _SETTLED)
# Nobody is billed for it: the answer need not wait for the disk.
_FREE_SETTLEMENT = Prepared(_settlement().returning(UNAWAITED), _SETTLED)


async def settle(database: Database, call: Call, outcome: Outcome, seconds: float) -> None:
    """Close a call's row; it is committed on return. Doing so twice changes nothing.

    What a provider was asked for is also on the disk on return: it may have cost something.

    Args:
        database: The database.
        call: The call, with what it spent.
        outcome: How it ended.
        seconds: How long it took.

    Raises:
        DatabaseAway: The database is away.
    """
    values = {
        "id": call.id,
        "organization_id": call.principal.organization_id,
        "key_id": call.principal.key_id,
        "server_id": database.server,
        "feature": call.feature.value,
        "request_id": call.request_id,
        "trace_id": stored_trace(call.trace_id),
        "outcome": outcome,
        "seconds": seconds,
        "lasted": seconds,
        **_sums(call.spent),
    }
    statement = _SETTLEMENT if call.spent or call.untold else _FREE_SETTLEMENT
    try:
        await database.one(statement, values)
    except DatabaseAway:
        # The database may have been restarted: a new connection does not know of it.
        await database.one(statement, values)


def _sums(spent: Sequence[Spent]) -> dict[str, Any]:
    prices = [each.dollars for each in spent]
    known = [price for price in prices if price is not None]
    last = spent[-1] if spent else None
    return {
        "provider": last.provider[:100] if last else None,
        "model": last.model[:200] if last else None,
        "exchanges": len(spent),
        "tokens_in": sum(each.tokens.input for each in spent),
        "tokens_cached": sum(each.tokens.cached for each in spent),
        "tokens_out": sum(each.tokens.output for each in spent),
        "dollars": Decimal(f"{sum(known):.8f}") if len(known) == len(prices) else None,
    }
