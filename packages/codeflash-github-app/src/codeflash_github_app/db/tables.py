"""The tables, as SQLAlchemy Core knows them; ``migrations/`` makes them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

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


deliveries = Table(
    "deliveries",
    metadata,
    # GitHub's own id: a delivery that comes twice is one row.
    Column("delivery", Text, primary_key=True),
    Column("event", Text, nullable=False),
    Column("action", Text, nullable=False, server_default=""),
    Column("repository_id", BigInteger),
    Column("installation", BigInteger),
    _moment("received_at", now=True),
    # What it asks for, not what was sent: titles, bodies and addresses are never stored.
    Column("payload", JSONB),
    _moment("handled_at", nullable=True),
    Column("outcome", Text, nullable=False, server_default="waiting"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    CheckConstraint("outcome in ('waiting', 'routed', 'ignored', 'failed')", name="outcome"),
    Index("ix_deliveries_waiting", "received_at", postgresql_where=text("outcome = 'waiting'")),
)
"""The inbox."""

installations = Table(
    "installations",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("account", Text, nullable=False),
    Column("suspended", Boolean, nullable=False, server_default=text("false")),
    _moment("created_at", now=True),
)

repositories = Table(
    "repositories",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column(
        "installation",
        BigInteger,
        ForeignKey("installations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    # Empty where no event has told it yet.
    Column("default_branch", Text, nullable=False, server_default=""),
    _moment("added_at", now=True),
    _moment("removed_at", nullable=True),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    # The same work by several events, such as opened and ready for review, is one job.
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("repository_id", BigInteger, ForeignKey("repositories.id", ondelete="CASCADE"), nullable=False),
    Column("repository_name", Text, nullable=False),
    Column("installation", BigInteger, nullable=False),
    Column("number", Integer),
    Column("head", Text),
    Column("order", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    # Why a running job is asked to end: the state that it shall have then.
    Column("stop", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("worker", Uuid),
    _moment("heartbeat_at", nullable=True),
    _moment("created_at", now=True),
    _moment("started_at", nullable=True),
    _moment("finished_at", nullable=True),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("result", JSONB),
    Column("message", Text, nullable=False, server_default=""),
    CheckConstraint(
        "kind in ('optimize-pull', 'optimize-asked', 'compare-asked', 'report-push')", name="kind"
    ),
    CheckConstraint(
        "state in ('waiting', 'running', 'done', 'failed', 'stopped', 'superseded')", name="state"
    ),
    CheckConstraint("stop in ('stopped', 'superseded')", name="stop"),
    Index("ix_jobs_repository_id_number", "repository_id", "number"),
    Index("ix_jobs_created_at", "created_at"),
    Index("ix_jobs_open", "state", "heartbeat_at", postgresql_where=text("state in ('waiting', 'running')")),
)

posts = Table(
    "posts",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("repository_id", BigInteger, ForeignKey("repositories.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("place", Text, nullable=False),
    # 0 while it is about to be posted.
    Column("number", BigInteger, nullable=False, server_default="0"),
    Column("url", Text, nullable=False, server_default=""),
    Column("job_id", BigInteger, ForeignKey("jobs.id", ondelete="SET NULL"), index=True),
    _moment("made_at", now=True),
    # Of a check run: since when it is known to show its end.
    _moment("concluded_at", nullable=True),
    UniqueConstraint("repository_id", "key"),
    Index(
        "ix_posts_unconcluded",
        "job_id",
        postgresql_where=text("kind = 'check' and concluded_at is null"),
    ),
)
"""What stands on GitHub already, so that it is changed and not made again."""

ended_sessions = Table(
    "ended_sessions",
    metadata,
    # A digest: nobody who reads the table is logged in by it.
    Column("name", Text, primary_key=True),
    _moment("until"),
)
"""Sessions of the status pages that people ended, until they would have ended by themselves."""
