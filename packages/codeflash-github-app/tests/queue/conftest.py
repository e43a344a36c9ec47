"""A worker's house on the test's database, whose jobs do what the test says."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, field, frozen
from sqlalchemy import select, text

from codeflash_github_app.db import inbox
from codeflash_github_app.db.inbox import Delivery
from codeflash_github_app.db.tables import deliveries, jobs
from codeflash_github_app.jobs.host import Host
from codeflash_github_app.order_records import dumped
from codeflash_github_app.orders import OptimizePull, Order, Repository
from codeflash_github_app.queue.broker import opened
from codeflash_github_app.queue.house import House
from codeflash_github_app.queue.timing import Timing
from codeflash_github_app.queue.working import work
from codeflash_github_app.settings import Settings
from codeflash_postgres.database import Database

SHOP = Repository(7, 11, "acme/shop", "main")
COUNTER = itertools.count(1)


class NoTokens:
    """Gives a token that nobody takes."""

    def __init__(self) -> None:
        self.forgotten: list[int] = []

    async def token(self, repository: Repository, permissions: Any) -> str:
        return "no-token"

    def forget(self, installation: int) -> None:
        self.forgotten.append(installation)


@frozen
class Bench:
    """A house, and what is done and seen in it.

    Attributes:
        house: The house.
        ran: Jobs that were carried out, in order.
    """

    house: House
    ran: list[int] = field(factory=list)

    @property
    def database(self) -> Database:
        return self.house.database

    def doing(self, act: Callable[[int, Host], Awaitable[None]]) -> Bench:
        """The same with jobs that do something."""

        async def run(job_id: int, host: Host) -> None:
            self.ran.append(job_id)
            await act(job_id, host)

        return evolve(self, house=evolve(self.house, run=run))

    async def delivered(self, order: Order, delivery: str = "") -> str:
        """Put an order into the inbox, as the webhook does, and nowhere else."""
        delivery = delivery or f"d-{next(COUNTER)}"
        repository = getattr(order, "repository", None)
        await inbox.store(
            self.database,
            Delivery(delivery, "push", repository_id=repository and repository.id, payload=dumped(order)),
        )
        return delivery

    async def outcome(self, delivery: str) -> tuple[str, str]:
        statement = select(deliveries.c.outcome, deliveries.c.reason).where(deliveries.c.delivery == delivery)
        async with self.database.single() as connection:
            row = (await connection.execute(statement)).one()
        return row.outcome, row.reason

    async def jobs(self) -> list[Any]:
        async with self.database.single() as connection:
            return list((await connection.execute(select(jobs).order_by(jobs.c.id))).mappings().all())

    async def entries(self) -> list[tuple[str, str]]:
        """What is in the queue: task and status."""
        statement = text("select task_name, status::text from queue.procrastinate_jobs order by id")
        async with self.database.single() as connection:
            return [(row[0], row[1]) for row in (await connection.execute(statement)).all()]

    async def until(self, seen: Callable[[], Awaitable[bool]]) -> None:
        """Wait for something, two minutes at most: a busy machine takes seconds for a job."""
        async with asyncio.timeout(120):
            while not await seen():  # noqa: ASYNC110 - what is waited for happens in the database
                await asyncio.sleep(0.02)

    async def until_state(self, *states: str) -> None:
        async def seen() -> bool:
            return [job["state"] for job in await self.jobs()] == list(states)

        await self.until(seen)

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """A worker, until the end of the block."""
        stopping = asyncio.Event()
        task = asyncio.create_task(work(self.house, stopping))
        try:
            yield
        finally:
            stopping.set()
            await task


@pytest.fixture
async def bench(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[Bench]:
    """A house whose jobs do nothing; what lies about is found within a second."""

    async def nothing(job_id: int, host: Host) -> None:
        pass

    settings = Settings(app=29310, database_url=database_url, data=tmp_path / "data")
    async with opened(database_url) as queue:
        house = House(settings, database, queue, nothing, NoTokens(), Timing(2.4))  # type: ignore[arg-type]
        yield Bench(house).doing(nothing)


@pytest.fixture
def pull() -> Callable[..., OptimizePull]:
    """``pull(3, "a")``: an order for a pull request with such a head."""

    def made(number: int = 3, head: str = "a", repository: int = 11) -> OptimizePull:
        return OptimizePull(evolve(SHOP, id=repository, name=f"acme/{repository}"), number, head * 40)

    return made
