"""When a commit waits for the disk."""

from __future__ import annotations

from sqlalchemy import func

UNAWAITED = func.set_config("synchronous_commit", "off", True)
"""Selected or returned by a statement: its commit does not wait for the disk.

For what a call writes before it is settled. Postgres writes its log in order, so that the settlement, which waits,
brings all of it to the disk before the answer is sent.
"""
AWAITED = func.set_config("synchronous_commit", "on", True)
"""The opposite, whatever the database is set to."""
