from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select, update

from codeflash_github_app.db import installations, jobs, ordering, posts
from codeflash_github_app.db.forgetting import forget_jobs
from codeflash_github_app.db.posts import Post
from codeflash_github_app.db.tables import jobs as table
from codeflash_github_app.db.tables import posts as posted
from codeflash_github_app.orders import OptimizePull, Repository
from codeflash_postgres.clock import ago
from codeflash_postgres.database import Database

LEASE = 60.0
SHOP = Repository(7, 11, "acme/shop", "main")


@pytest.mark.parametrize(
    ("days", "known", "figures"),
    [(29, True, True), (31, True, False), (179, True, False), (181, False, False)],
)
async def test_figures_go_before_jobs_and_their_posts(
    database: Database, days: int, known: bool, figures: bool
) -> None:
    async with database.begin() as connection:
        await installations.known(connection, SHOP)
        for number in (1, 2):
            await ordering.order(connection, OptimizePull(SHOP, number, "a" * 40))
        first = (await connection.execute(select(func.min(table.c.id)))).scalar_one()
    job = await jobs.claim(database, first, uuid.uuid4(), LEASE)
    assert job is not None
    await posts.keep(database, SHOP.id, Post("check:x", "check", "a" * 40, 5), job.id)
    await jobs.finish(database, job, "done", result={"a": 1})
    async with database.begin() as connection:
        await connection.execute(
            update(table).values(finished_at=ago(days * 86_400), created_at=ago(days * 86_400))
        )
        await connection.execute(update(posted).values(made_at=ago(days * 86_400)))
    await forget_jobs(database)
    async with database.single() as connection:
        found = (await connection.execute(select(table.c.state, table.c.result).order_by(table.c.id))).all()
        there = (await connection.execute(select(posted.c.key))).all()
    # What waits stays, however long.
    assert [row.state for row in found] == (["done", "waiting"] if known else ["waiting"])
    assert (found[0].result is not None) is figures
    assert len(there) == known
