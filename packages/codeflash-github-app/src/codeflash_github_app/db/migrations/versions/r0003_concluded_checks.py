"""It is known which check runs show their end.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the mark; older check runs are looked at once."""
    op.add_column("posts", sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_posts_unconcluded",
        "posts",
        ["job_id"],
        postgresql_where=sa.text("kind = 'check' and concluded_at is null"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_posts_unconcluded", table_name="posts")
    op.drop_column("posts", "concluded_at")
