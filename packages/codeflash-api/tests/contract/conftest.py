"""Two running services: one with nothing configured, one with a scripted model and a GitHub app on its database."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

sys.path.insert(0, str(Path(__file__).parent / "playing"))
sys.path.insert(0, str(Path(__file__).parents[1] / "llm" / "servers"))

from openai_wire import KEY, openai_server
from running_service import (
    APP_KEY,
    FIRST_KEY,
    Modelled,
    Plain,
    Service,
    client_of,
    github_app,
    serving,
    vendor,
)

from codeflash_api.auth.organizations import put_plan
from codeflash_api.auth.repository import NewKey, create_key
from codeflash_api.cli.opening import settings_with_database
from codeflash_postgres.database import open_database

UNLIMITED = 1_000_000


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder with a short path: Unix sockets allow about a hundred characters."""
    with tempfile.TemporaryDirectory(prefix="codeflash-") as made:
        yield Path(made)


@pytest.fixture(scope="session")
def _plain(folder: Path) -> Iterator[Plain]:
    data = folder / "plain"
    with serving(data, {"CODEFLASH_API_FIRST_KEY": FIRST_KEY}) as (lines, log):
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        with mock.patch.dict(os.environ, environment, clear=True), settings_with_database(data) as settings:
            key = asyncio.run(_unlimited(settings.database_url))
            with client_of(lines, key, log) as service:
                yield Plain(service, settings.database_url)


@pytest.fixture(scope="session")
def rules(_plain: Plain) -> Service:
    """The service with nothing configured: rules, the embedded Postgres, no GitHub app."""
    return _plain.service


@pytest.fixture(scope="session")
def modelled(_plain: Plain, folder: Path) -> Iterator[Modelled]:
    """A second service on the same database, with a model, no rules, and a GitHub app."""
    with vendor(openai_server()) as model, vendor(github_app()) as app:
        environment = {
            "DATABASE_URL": _plain.url,
            "CODEFLASH_API_PROVIDERS": "openai",
            "CODEFLASH_API_OPENAI_MODEL": "gpt-4.1",
            "CODEFLASH_API_OPENAI_BASE_URL": f"{model.url}/v1",
            "CODEFLASH_API_OPENAI_KEY": KEY,
            "CODEFLASH_API_OPENAI_STREAM": "off",
            "CODEFLASH_API_GITHUB_APP_URL": app.url,
            "CODEFLASH_API_GITHUB_APP_KEY": APP_KEY,
        }
        with (
            serving(folder / "modelled", environment) as (lines, log),
            client_of(lines, _plain.service.key, log) as service,
        ):
            yield Modelled(service, model, app)


@pytest.fixture
def small_key(_plain: Plain) -> str:
    """A key that may make two calls a minute."""
    return asyncio.run(_made(_plain.url, NewKey(organization="small", per_minute=2)))


async def _unlimited(url: str) -> str:
    database = open_database(url)
    try:
        await put_plan(database, "default", UNLIMITED)
        return await create_key(
            database, NewKey(organization="acme", user_id="ada", name="contract", per_minute=UNLIMITED)
        )
    finally:
        await database.close()


async def _made(url: str, new: NewKey) -> str:
    database = open_database(url)
    try:
        return await create_key(database, new)
    finally:
        await database.close()
