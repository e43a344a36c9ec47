"""One admitted request, from its row ``started`` to its settlement."""

from __future__ import annotations

import uuid
from typing import Literal

from attrs import define, field, frozen

from codeflash_api.feature import Feature
from codeflash_api.llm.model import Deadline, Reply, Tokens

Outcome = Literal["started", "ok", "failed", "cancelled", "unknown"]


@frozen
class Principal:
    """Who calls.

    Attributes:
        key_id: The key.
        organization_id: Whose key it is.
        user_id: The member that it was made for, as the companion API shows it.
        scopes: What it may do; ``*`` is everything.
        per_minute: The key's rate limit.
        organization_per_minute: The organization's rate limit.
        monthly_quota: Calls a month that the organization's plan allows, or None.
    """

    key_id: uuid.UUID
    organization_id: uuid.UUID
    user_id: str
    scopes: frozenset[str]
    per_minute: int
    organization_per_minute: int
    monthly_quota: int | None = None


@frozen
class Spent:
    """What one exchange with a model cost.

    Attributes:
        provider: Who answered.
        model: Which model.
        tokens: What it used.
        dollars: Its price, or None where the price is not known.
    """

    provider: str
    model: str
    tokens: Tokens
    dollars: float | None


@define
class Call:
    """A metered call. Services add what they spend; the dependency that made it settles it.

    Attributes:
        id: The usage row.
        principal: Who calls.
        feature: What is called.
        request_id: Given back in the header ``X-Request-Id``.
        trace_id: The client's own name for the function it works on; opaque.
        deadline: When the client gives up.
        spent: One entry per exchange.
        untold: Exchanges that were broken off, so that nobody told what they cost.
    """

    id: uuid.UUID
    principal: Principal
    feature: Feature
    request_id: str
    deadline: Deadline
    trace_id: str = ""
    spent: list[Spent] = field(factory=list)
    untold: int = 0

    def add(self, reply: Reply, dollars: float | None) -> None:
        """Note an exchange."""
        self.spent.append(Spent(reply.provider, reply.model, reply.tokens, dollars))


def stored_trace(trace_id: object) -> str:
    """A client's trace id as the database can hold it: any text, without what Postgres refuses, of bounded length."""
    if not isinstance(trace_id, str):
        return ""
    return trace_id[:200].replace("\0", "").encode("utf-8", "replace").decode("utf-8")
