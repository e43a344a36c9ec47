"""When a commit waits for the disk."""

from __future__ import annotations

from sqlalchemy import func

UNAWAITED = func.set_config("synchronous_commit", "off", True)
"""Selected or returned by a statement: its commit does not wait for the disk.

For what is written before something that waits. Postgres writes its log in order, so that the later commit brings all
of it to the disk.
"""
AWAITED = func.set_config("synchronous_commit", "on", True)
"""The opposite, whatever the database is set to."""
