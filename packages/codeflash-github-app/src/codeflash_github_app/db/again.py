"""What is to be done again: the orders of the jobs that check runs on a commit belong to."""

from __future__ import annotations

from attrs import evolve
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from codeflash_github_app.db.ordering import key_of
from codeflash_github_app.db.tables import jobs, posts
from codeflash_github_app.order_records import loaded
from codeflash_github_app.orders import RunAgain, Work

MOST = 50
"""Most orders that all check runs of a commit can lead to at once."""


async def wanted_again(connection: AsyncConnection, order: RunAgain) -> tuple[Work, ...]:
    """The orders, each once, however often it was done again before; none where the check runs are not known any more.

    Args:
        connection: Inside a transaction.
        order: What is wanted again.
    """
    statement = (
        select(jobs.c.order)
        .join(posts, posts.c.job_id == jobs.c.id)
        .where(
            posts.c.repository_id == order.repository.id,
            posts.c.kind == "check",
            posts.c.place == order.commit,
        )
        .order_by(posts.c.id)
    )
    if order.key:
        statement = statement.where(posts.c.key == f"check:{order.key}")
    found: dict[str, Work] = {}
    for record in (await connection.scalars(statement)).all():
        work = loaded(record)
        assert isinstance(work, Work)
        again = evolve(work, repository=order.repository, again=order.again, author=order.author)
        found.setdefault(key_of(again), again)
    return tuple(found.values())[:MOST]
