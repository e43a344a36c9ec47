"""The tables, as SQLAlchemy Core knows them; ``migrations/`` makes them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _moment(name: str, *, now: bool = False, nullable: bool = False) -> Column[object]:
    return Column(
        name, DateTime(timezone=True), nullable=nullable, server_default=func.now() if now else None
    )


def _owner() -> Column[object]:
    """The organization that a row belongs to."""
    return Column("organization_id", Uuid, ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False)


def _id() -> Column[object]:
    return Column("id", Uuid, primary_key=True, server_default=func.gen_random_uuid())


plans = Table(
    "plans",
    metadata,
    Column("name", Text, primary_key=True),
    Column("per_minute", Integer, nullable=False),
    Column("monthly_quota", Integer),
    CheckConstraint("per_minute > 0", name="per_minute"),
    CheckConstraint("monthly_quota >= 0", name="monthly_quota"),
)

organizations = Table(
    "organizations",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("plan", Text, ForeignKey("plans.name"), nullable=False),
    _moment("created_at", now=True),
)

members = Table(
    "members",
    metadata,
    _id(),
    _owner(),
    Column("user_id", Text, nullable=False),
    Column("role", Text, nullable=False, server_default="member"),
    _moment("created_at", now=True),
    UniqueConstraint("organization_id", "user_id"),
    CheckConstraint("role in ('owner', 'member')", name="role"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    _owner(),
    Column("member_id", Uuid, ForeignKey("members.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Column("prefix", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("per_minute", Integer, nullable=False),
    _moment("created_at", now=True),
    _moment("expires_at", nullable=True),
    _moment("revoked_at", nullable=True),
    CheckConstraint("per_minute > 0", name="per_minute"),
)

# One row per key and one per organization, made together with them. Rows change with every call: pages keep
# room so that updates stay on them.
buckets = Table(
    "buckets",
    metadata,
    Column("owner_id", Uuid, primary_key=True),
    Column("tokens", Double, nullable=False),
    _moment("filled_at", now=True),
    Column("month", Date, nullable=False),
    Column("calls", BigInteger, nullable=False, server_default="0"),
    postgresql_with={"fillfactor": 40},
)

servers = Table(
    "servers",
    metadata,
    Column("id", Uuid, primary_key=True),
    _moment("started_at", now=True),
    _moment("seen_at", now=True),
)

# The ledger outlives keys and organizations, and checking references would lock the same two rows in each call.
usage = Table(
    "usage",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("key_id", Uuid, nullable=False),
    Column("server_id", Uuid, nullable=False),
    Column("feature", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("trace_id", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False, server_default="started"),
    _moment("started_at", now=True),
    _moment("settled_at", nullable=True),
    Column("seconds", Double),
    Column("provider", Text),
    Column("model", Text),
    Column("exchanges", Integer, nullable=False, server_default="0"),
    Column("tokens_in", BigInteger, nullable=False, server_default="0"),
    Column("tokens_cached", BigInteger, nullable=False, server_default="0"),
    Column("tokens_out", BigInteger, nullable=False, server_default="0"),
    # Null: an exchange's price is not known.
    Column("dollars", Numeric(14, 8)),
    CheckConstraint("outcome in ('started', 'ok', 'failed', 'cancelled', 'unknown')", name="outcome"),
    Index(None, "organization_id", "started_at"),
    Index("ix_usage_started", "server_id", postgresql_where=text("outcome = 'started'")),
    postgresql_with={"fillfactor": 80},
)

# Bodies are JSON kept as text: JSONB refuses what models may write, such as an escaped NUL.
answers = Table(
    "answers",
    metadata,
    Column("organization_id", Uuid, ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True),
    Column("trace_id", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("body", Text, nullable=False),
    _moment("created_at", now=True),
)

exchanges = Table(
    "exchanges",
    metadata,
    _id(),
    Column("usage_id", Uuid, index=True),
    Column("trace_id", Text, nullable=False, server_default=""),
    Column("feature", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt_version", Text, nullable=False, server_default=""),
    # Identifies the normalized prompt, for replay.
    Column("prompt_key", Text, nullable=False, server_default="", index=True),
    Column("request", Text, nullable=False),
    Column("response", Text, nullable=False),
    Column("seconds", Double, nullable=False, server_default="0"),
    _moment("created_at", now=True),
)

feature_logs = Table(
    "feature_logs",
    metadata,
    _id(),
    _owner(),
    Column("trace_id", Text, nullable=False, index=True),
    Column("body", Text, nullable=False),
    _moment("created_at", now=True),
)

code_hashes = Table(
    "code_hashes",
    metadata,
    Column("organization_id", Uuid, ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True),
    Column("owner", Text, primary_key=True),
    Column("repo", Text, primary_key=True),
    Column("code_hash", Text, primary_key=True),
    Column("pr_number", Integer),
    _moment("created_at", now=True),
)

optimization_outcomes = Table(
    "optimization_outcomes",
    metadata,
    Column("organization_id", Uuid, ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True),
    Column("trace_id", Text, primary_key=True),
    Column("found", Boolean, nullable=False),
    _moment("marked_at", now=True),
)

# Pull requests, suggestions on them, stagings and workflow set-ups that clients asked for.
deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _owner(),
    Column("key_id", Uuid, ForeignKey("api_keys.id", ondelete="SET NULL")),
    Column("kind", Text, nullable=False),
    Column("owner", Text, nullable=False, server_default=""),
    Column("repo", Text, nullable=False, server_default=""),
    Column("trace_id", Text, nullable=False, server_default=""),
    Column("file_path", Text, nullable=False, server_default=""),
    Column("function_name", Text, nullable=False, server_default=""),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="stored"),
    Column("pr_number", Integer),
    _moment("created_at", now=True),
    _moment("updated_at", now=True),
    CheckConstraint("kind in ('pull-request', 'suggestion', 'staging', 'workflow')", name="kind"),
    CheckConstraint("state in ('stored', 'delivered', 'failed')", name="state"),
    Index(None, "organization_id", "owner", "repo", "pr_number"),
    Index("ix_deliveries_trace_id", "trace_id"),
)
