"""The first tables, and the queue's own in a schema of theirs.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql
from sqlalchemy.util import await_only

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make them."""
    _inbox()
    _installations()
    _jobs()
    _posts()
    _queue()


def downgrade() -> None:
    """Drop them; their indexes go with them."""
    op.execute("DROP SCHEMA queue CASCADE")
    for name in ("posts", "jobs", "repositories", "installations", "deliveries"):
        op.drop_table(name)


def _moment(name: str, *, now: bool = False, nullable: bool = False) -> sa.Column[object]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=nullable)


def _inbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), server_default="", nullable=False),
        sa.Column("repository_id", sa.BigInteger(), nullable=True),
        sa.Column("installation", sa.BigInteger(), nullable=True),
        _moment("received_at", now=True),
        sa.Column("payload", postgresql.JSONB(), nullable=True),
        _moment("handled_at", nullable=True),
        sa.Column("outcome", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "outcome in ('waiting', 'routed', 'ignored', 'failed')", name=op.f("ck_deliveries_outcome")
        ),
        sa.PrimaryKeyConstraint("delivery", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["received_at"],
        postgresql_where=sa.text("outcome = 'waiting'"),
    )


def _installations() -> None:
    op.create_table(
        "installations",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _moment("created_at", now=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installations")),
    )
    op.create_table(
        "repositories",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("installation", sa.BigInteger(), nullable=False),
        sa.Column("default_branch", sa.Text(), server_default="", nullable=False),
        _moment("added_at", now=True),
        _moment("removed_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["installation"],
            ["installations.id"],
            name=op.f("fk_repositories_installation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repositories")),
    )
    op.create_index(op.f("ix_repositories_installation"), "repositories", ["installation"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("repository_name", sa.Text(), nullable=False),
        sa.Column("installation", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("order", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("stop", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("worker", sa.Uuid(), nullable=True),
        _moment("heartbeat_at", nullable=True),
        _moment("created_at", now=True),
        _moment("started_at", nullable=True),
        _moment("finished_at", nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind in ('optimize-pull', 'optimize-asked', 'compare-asked', 'report-push')",
            name=op.f("ck_jobs_kind"),
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'running', 'done', 'failed', 'stopped', 'superseded')",
            name=op.f("ck_jobs_state"),
        ),
        sa.CheckConstraint("stop in ('stopped', 'superseded')", name=op.f("ck_jobs_stop")),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repositories.id"], name=op.f("fk_jobs_repository_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_key")),
    )
    op.create_index("ix_jobs_repository_id_number", "jobs", ["repository_id", "number"])
    op.create_index("ix_jobs_created_at", "jobs", ["created_at"])
    op.create_index(
        "ix_jobs_open",
        "jobs",
        ["state", "heartbeat_at"],
        postgresql_where=sa.text("state in ('waiting', 'running')"),
    )


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        _moment("made_at", now=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_posts_job_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["repositories.id"], name=op.f("fk_posts_repository_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("repository_id", "key", name=op.f("uq_posts_repository_id_key")),
    )
    op.create_index(op.f("ix_posts_job_id"), "posts", ["job_id"])


def _queue() -> None:
    """The queue's tables, in the form that the installed version of the library has.

    A version that changes them gets a revision of its own here, which looks at what is there first.
    """
    op.execute("CREATE SCHEMA queue")
    op.execute("SET LOCAL search_path TO queue")
    # Many statements at once: only the driver's own method takes them.
    driver = op.get_bind().connection.driver_connection
    assert driver is not None
    await_only(driver.execute(SchemaManager.get_schema()))
    op.execute("SET LOCAL search_path TO DEFAULT")
