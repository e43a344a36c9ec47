"""The app on a database of its own in the Postgres of the test process, whose tables are emptied after each test.

Where it is served, it is on a socket; deliveries are signed as GitHub signs them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import httpx2
import pytest
import uvicorn
from attrs import evolve, frozen
from sqlalchemy import select, text

from codeflash_github_app.app import create_app
from codeflash_github_app.db.migrating import upgrade
from codeflash_github_app.db.tables import deliveries, metadata
from codeflash_github_app.queue.broker import Queue, opened
from codeflash_github_app.resources import Resources
from codeflash_github_app.settings import Settings
from codeflash_github_app.webhook.verify import signature
from codeflash_postgres.database import Database, open_database
from codeflash_postgres.embedded.server import EmbeddedPostgres
from codeflash_web.listening import PatientProtocol, Server, address_of, bound

SECRET = "it is a secret to everybody"


@frozen
class Receiver:
    """A running app.

    Attributes:
        address: Where it listens.
        client: Asks it.
        database: Its database.
    """

    address: str
    client: httpx2.AsyncClient
    database: Database

    async def send(
        self,
        event: str,
        payload: Mapping[str, Any] | bytes,
        *,
        delivery: str = "",
        secret: str = SECRET,
        form: bytes | None = None,
        **headers: str,
    ) -> httpx2.Response:
        """Deliver as GitHub does; ``headers`` are put over the usual ones, with ``_`` for ``-``."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        usual = {
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": delivery or str(uuid.uuid4()),
            "X-Hub-Signature-256": signature(secret.encode(), body),
        }
        usual |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in usual.items() if value}
        return await self.client.post("/webhook", content=body, headers=sent)

    async def rows(self) -> list[Any]:
        """The inbox."""
        async with self.database.single() as connection:
            return list((await connection.execute(select(deliveries))).mappings().all())


@contextlib.asynccontextmanager
async def served(resources: Resources) -> AsyncIterator[str]:
    """The app on a socket; its address."""
    config = uvicorn.Config(create_app(resources), http=PatientProtocol, ws="none", log_config=None)
    ready = asyncio.Event()
    server = Server(config, ready.set)
    with bound("127.0.0.1", 0) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        await ready.wait()
        yield address_of(listening)
        server.should_exit = True
        await task


@pytest.fixture(scope="session")
def database_url(embedded_postgres: EmbeddedPostgres) -> Iterator[str]:
    """Where the app's database is, with all migrations. Use ``database`` as well: it empties the tables afterwards."""
    asyncio.run(_run(embedded_postgres.url, "CREATE DATABASE app"))
    url = embedded_postgres.url.replace("/postgres?", "/app?")
    asyncio.run(_migrate(url))
    yield url
    asyncio.run(_run(embedded_postgres.url, "DROP DATABASE app WITH (FORCE)"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database with empty tables."""
    opened = open_database(database_url)
    try:
        yield opened
    finally:
        async with opened.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                await connection.execute(table.delete())
            await connection.execute(
                text("TRUNCATE queue.procrastinate_jobs, queue.procrastinate_workers CASCADE")
            )
        await opened.close()


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings of an app whose webhook is on."""
    return Settings(app=29310, secret=SECRET, database_url=database_url)


@pytest.fixture
async def queue(database_url: str, database: Database) -> AsyncIterator[Queue]:
    """The queue of the test's database, which is emptied afterwards."""
    async with opened(database_url) as made:
        yield made


@pytest.fixture
async def serve(settings: Settings, database: Database, queue: Queue) -> AsyncIterator[Callable[..., Any]]:
    """``await serve(secret=...)`` starts one more app with settings changed."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(*, queue: Queue = queue, database: Database = database, **changes: Any) -> Receiver:
            resources = Resources(evolve(settings, **changes), database, queue)
            address = await stack.enter_async_context(served(resources))
            client = await stack.enter_async_context(httpx2.AsyncClient(base_url=address, timeout=30))
            return Receiver(address, client, database)

        yield start


@pytest.fixture
async def receiver(serve: Callable[..., Any]) -> Receiver:
    """A running app."""
    app: Receiver = await serve()
    return app


@pytest.fixture
def opened_pull() -> dict[str, Any]:
    """The least of a payload of ``pull_request`` ``opened``."""
    return {
        "action": "opened",
        "installation": {"id": 7},
        "repository": {"id": 11, "full_name": "acme/shop", "default_branch": "main"},
        "pull_request": {
            "number": 3,
            "draft": False,
            "user": {"login": "ada"},
            "head": {"sha": "a" * 40},
        },
    }


async def _run(url: str, statement: str) -> None:
    database = open_database(url)
    try:
        async with database.single() as connection:
            await connection.execute(text(statement))
    finally:
        await database.close()


async def _migrate(url: str) -> None:
    database = open_database(url)
    try:
        await upgrade(database)
    finally:
        await database.close()
