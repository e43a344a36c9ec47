from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from fastapi import FastAPI

from codeflash_api.auth.dependencies import Authenticated
from codeflash_api.auth.repository import NewKey, create_key, revoke_key
from codeflash_api.http import errors
from codeflash_api.resources import Resources
from codeflash_api.settings import Settings
from codeflash_postgres.database import Database, open_database


class Free:
    def dollars(self, reply: object) -> float | None:
        return 0.0


@pytest.fixture
async def client(database: Database, settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    errors.install(app)

    @app.get("/who")
    async def who(principal: Authenticated) -> dict[str, object]:
        return {"user": principal.user_id, "scopes": sorted(principal.scopes), "limit": principal.per_minute}

    app.state.resources = Resources(settings, database, {}, Free())
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url="http://service.test"
    ) as made:
        made.state = app.state  # type: ignore[attr-defined]
        yield made


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def test_a_key_tells_who_calls(client: httpx2.AsyncClient, database: Database) -> None:
    secret = await create_key(database, NewKey(user_id="ada", scopes=("rank", "explain"), per_minute=5))
    answer = await client.get("/who", headers=bearer(secret))
    assert answer.status_code == 200
    assert answer.json() == {"user": "ada", "scopes": ["explain", "rank"], "limit": 5}


async def test_without_a_key_the_answer_is_401(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/who")
    assert answer.status_code == 401
    assert "an API key is needed" in answer.json()["error"]


async def test_an_unknown_key_is_refused(client: httpx2.AsyncClient, api_key: str) -> None:
    answer = await client.get("/who", headers=bearer(api_key[:-1] + ("a" if api_key[-1] != "a" else "b")))
    assert (answer.status_code, answer.json()) == (401, {"error": "the API key is not known"})


async def test_a_revoked_key_is_refused_at_once(
    client: httpx2.AsyncClient, database: Database, api_key: str
) -> None:
    assert (await client.get("/who", headers=bearer(api_key))).status_code == 200
    await revoke_key(database, api_key)
    answer = await client.get("/who", headers=bearer(api_key))
    assert (answer.status_code, answer.json()) == (401, {"error": "the API key has been revoked"})


async def test_a_key_ends_at_its_time(client: httpx2.AsyncClient, database: Database) -> None:
    now = datetime.now(UTC)
    past = await create_key(database, NewKey(expires_at=now - timedelta(seconds=1)))
    future = await create_key(database, NewKey(expires_at=now + timedelta(days=1)))
    answer = await client.get("/who", headers=bearer(past))
    assert (answer.status_code, answer.json()) == (401, {"error": "the API key has expired"})
    assert (await client.get("/who", headers=bearer(future))).status_code == 200


async def test_without_a_database_the_answer_is_503_and_not_401(
    client: httpx2.AsyncClient, settings: Settings, api_key: str, unused_port: int
) -> None:
    away = open_database(f"postgresql://127.0.0.1:{unused_port}/x", patience=1)
    client.state.resources = Resources(settings, away, {}, Free())  # type: ignore[attr-defined]
    answer = await client.get("/who", headers=bearer(api_key))
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    await away.close()


@pytest.mark.parametrize("value", [b"Bearer cf-\xff\xfe", b"Bearer cf-\xc3\xa4", b"Bearer cf-' or 1=1 --"])
async def test_odd_bytes_in_a_key_are_an_unknown_key(client: httpx2.AsyncClient, value: bytes) -> None:
    answer = await client.get("/who", headers=[(b"authorization", value)])
    assert answer.status_code == 401
