"""Token buckets in Postgres: one per key, one per organization, both or none are taken from.

A bucket holds at most a minute's calls and fills evenly. Time is the database's, so that servers with different clocks
agree. Rows are locked in the order of their ids, and what is computed from them is computed after locking: several
servers never let pass more than a full bucket and what has flowed in since.
"""

from __future__ import annotations

from types import SimpleNamespace

from attrs import frozen
from sqlalchemy import (
    CTE,
    Date,
    Double,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import array

from codeflash_api.db.tables import buckets
from codeflash_api.errors import ApiError, too_many

# The month that quotas count: UTC, wherever the database stands.
_MONTH = func.date_trunc("month", func.timezone("UTC", func.now()))
THIS_MONTH = cast(_MONTH, Date)
MONTH_START = func.timezone("UTC", _MONTH)
_NEXT_MONTH = func.timezone("UTC", _MONTH + func.make_interval(0, 1))
UNTIL_NEXT_MONTH = func.extract("epoch", _NEXT_MONTH - func.now())


@frozen
class Taking:
    """The parts of a statement that take one call from the buckets.

    Attributes:
        verdict: One row: ``allowed``, ``within_quota``, ``remaining`` (calls that could be made at once before
            this one), ``wait`` (seconds until there is room).
        taken: Changes the rows when it is allowed.
    """

    verdict: CTE
    taken: CTE


def taking(who: CTE) -> Taking:
    """Take one call from the buckets of a caller.

    Args:
        who: At most one row of :func:`codeflash_api.auth.callers.caller` with a further column ``usable``.
    """
    own = buckets.c.owner_id == who.c.key_id
    locked = (
        select(
            buckets,
            case((own, who.c.per_minute), else_=who.c.organization_per_minute).cast(Double).label("rate"),
            case((own, null()), else_=who.c.monthly_quota).label("quota"),
        )
        .join(who, buckets.c.owner_id == any_(array([who.c.key_id, who.c.organization_id])))
        .where(who.c.usable)
        .order_by(buckets.c.owner_id)
        .with_for_update(of=buckets)
        .cte("locked")
    )
    # Who waited for a lock may be older than the row: time does not run backwards.
    idle = func.greatest(0, func.extract("epoch", func.now() - locked.c.filled_at)).cast(Double)
    budget = select(
        locked.c.owner_id,
        locked.c.filled_at,
        locked.c.rate,
        locked.c.quota,
        func.least(locked.c.rate, locked.c.tokens + idle * locked.c.rate / 60).label("available"),
        case((locked.c.month == THIS_MONTH, locked.c.calls), else_=0).label("used"),
    ).cte("budget")
    verdict = select(
        # Two rows: a key without its buckets must not pass.
        and_(func.count() == 2, func.bool_and(budget.c.available >= 1)).label("room"),
        func.coalesce(
            func.bool_and(func.coalesce(budget.c.used < budget.c.quota, literal(True))), literal(True)
        ).label("within_quota"),
        func.min(budget.c.rate).label("limit"),
        func.floor(func.min(budget.c.available)).label("remaining"),
        func.max((1 - budget.c.available) * 60 / budget.c.rate).label("wait"),
    ).cte("verdict")
    granted = select(budget).join(verdict, verdict.c.room & verdict.c.within_quota).cte("granted")
    taken = (
        update(buckets)
        .where(buckets.c.owner_id == granted.c.owner_id)
        .values(
            tokens=granted.c.available - 1,
            filled_at=func.greatest(granted.c.filled_at, func.now()),
            month=THIS_MONTH,
            calls=granted.c.used + 1,
        )
        .returning(buckets.c.owner_id)
        .cte("taken")
    )
    return Taking(verdict, taken)


@frozen
class Budget:
    """What is left to a caller.

    Attributes:
        limit: Calls a minute: the smaller limit of key and organization.
        remaining: Calls that could be made now.
        reset: Seconds until there is room for one more.
    """

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """As a client is told."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }


def left(row: SimpleNamespace) -> Budget:
    """What is left after a call that was let pass."""
    remaining = max(0, int(row.remaining) - 1)
    return Budget(int(row.limit), remaining, 0 if remaining else max(1, -int(-60 // row.limit)))


def refusal(row: SimpleNamespace) -> ApiError:
    """Why a call was not let pass."""
    if not row.within_quota:
        seconds = float(row.until_next_month)
        budget = Budget(int(row.limit or 0), 0, int(seconds) + 1)
        return too_many(
            f"the organization's {row.monthly_quota} calls of this month are used up", seconds, budget.headers
        )
    seconds = max(0.0, float(row.wait or 0.0))
    budget = Budget(int(row.limit or 0), 0, int(seconds) + 1)
    return too_many(f"the rate limit of {budget.limit} calls a minute is reached", seconds, budget.headers)
