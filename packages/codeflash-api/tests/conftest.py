"""The service on the Postgres of the test process, whose tables are emptied after each test."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from codeflash_api.auth.repository import NewKey, create_key
from codeflash_api.db.migrating import upgrade
from codeflash_api.db.tables import metadata
from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Asker
from codeflash_api.llm.model import Deadline, Prompt, Reply, Tokens
from codeflash_api.settings import Settings
from codeflash_api.usage.call import Call, Principal
from codeflash_postgres.database import Database, open_database
from codeflash_postgres.embedded.server import EmbeddedPostgres


@pytest.fixture(scope="session")
def postgres(embedded_postgres: EmbeddedPostgres) -> EmbeddedPostgres:
    """A running Postgres with all migrations applied."""
    asyncio.run(_prepare(embedded_postgres.url))
    return embedded_postgres


@pytest.fixture(scope="session")
def database_url(postgres: EmbeddedPostgres) -> str:
    """Where the session's Postgres is. Use ``database`` as well: it empties the tables afterwards."""
    return postgres.url


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
        await opened.close()


@pytest.fixture
async def api_key(database: Database) -> str:
    """A key that may do everything, as clients send it."""
    return await create_key(database, NewKey(organization="acme", user_id="ada", name="test"))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a service with the rules provider."""
    return Settings(database_url=database_url, data=tmp_path, chain=dict.fromkeys(Feature, ("rules",)))


@pytest.fixture
async def app(settings: Settings, database: Database) -> AsyncIterator[Any]:
    """The whole application on the test's database, started."""
    from codeflash_api.app import create_app

    application = create_app(settings, database=database)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def app_client(app: Any, api_key: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the whole application, with a key."""
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False),
        base_url="http://service.test",
        headers={"Authorization": f"Bearer {api_key}"},
    ) as client:
        yield client


class Saying:
    """A model that says what it is told to.

    Attributes:
        asked: The prompts that were put to it.
    """

    provider = "saying"
    model = "parrot-1"

    def __init__(self, *answers: str | Exception, stop: Any = "end") -> None:
        self._answers = list(answers)
        self._stop = stop
        self.asked: list[Prompt] = []

    async def complete(self, prompt: Prompt, deadline: Deadline) -> Reply:
        self.asked.append(prompt)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Reply(answer, self.provider, self.model, Tokens(100, 20, 10), self._stop)

    async def close(self) -> None:
        pass

    def dollars(self, reply: Reply) -> float | None:
        return 0.25


@pytest.fixture
def saying() -> type[Saying]:
    """A scripted model."""
    return Saying


@pytest.fixture
def asker() -> Callable[[Saying], Asker]:
    """What a service asks a scripted model with."""

    def made(model: Saying) -> Asker:
        who = Principal(uuid.uuid4(), uuid.uuid4(), "ada", frozenset("*"), 60, 60)
        call = Call(uuid.uuid4(), who, Feature.RANK, "request", Deadline.within(60))
        return Asker(model, call, model)

    return made


async def _prepare(url: str) -> None:
    database = open_database(url)
    try:
        await upgrade(database)
    finally:
        await database.close()


@pytest.fixture
def unused_port() -> int:
    """A TCP port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
