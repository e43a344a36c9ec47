"""Runs revisions on the connection that :mod:`codeflash_postgres.migrating` hands over."""

from __future__ import annotations

from alembic import context

from codeflash_github_app.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
