from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import select
from structlog.testing import capture_logs

import codeflash_api.usage.dependencies as dependencies
from codeflash_api.auth.repository import NewKey, create_key
from codeflash_api.db.tables import usage
from codeflash_api.errors import bad_gateway
from codeflash_api.feature import Feature
from codeflash_api.http import errors
from codeflash_api.llm.model import Reply, Tokens
from codeflash_api.resources import Resources
from codeflash_api.settings import Settings
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered
from codeflash_postgres.database import Database, open_database

Metered = Annotated[Call, Depends(metered(Feature.RANK), scope="function")]


class Body(BaseModel):
    n: int = 0
    trace_id: str | None = None


class Free:
    def dollars(self, reply: object) -> float | None:
        return 0.0


class Stage:
    """An application with a few metered endpoints."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.app = FastAPI()
        self.settings = settings
        self.entered = asyncio.Event()
        self.calls: list[Call] = []
        errors.install(self.app)
        self.use(database)

        @self.app.post("/good")
        async def good(body: Body, call: Metered) -> Body:
            self.calls.append(call)
            call.add(Reply("", "azure", "gpt-5", Tokens(3, 1, 2)), 0.5)
            return body

        @self.app.post("/list")
        async def many(body: list[Body], call: Metered) -> dict[str, int]:
            self.calls.append(call)
            return {"n": len(body)}

        @self.app.post("/refused")
        async def refused(body: Body, call: Metered) -> Body:
            call.add(Reply("", "azure", "gpt-5", Tokens(3, 1, 2)), 0.5)
            raise bad_gateway("the model's answer could not be used")

        @self.app.post("/broken")
        async def broken(body: Body, call: Metered) -> Body:
            raise ZeroDivisionError

        @self.app.post("/partial", response_model=Body)
        async def partial(call: Metered) -> dict[str, str]:
            return {"n": "no number"}

        @self.app.post("/waiting")
        async def waiting(body: Body, call: Metered) -> Body:
            self.entered.set()
            await asyncio.Event().wait()
            return body

    def use(self, database: Database) -> None:
        self.app.state.resources = Resources(self.settings, database, {}, Free())


@pytest.fixture
def stage(settings: Settings, database: Database) -> Stage:
    return Stage(settings, database)


@pytest.fixture
async def client(stage: Stage, api_key: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=stage.app, raise_app_exceptions=False),
        base_url="http://service.test",
        headers={"Authorization": f"Bearer {api_key}"},
    ) as made:
        yield made


async def rows(database: Database) -> list[Any]:
    async with database.single() as connection:
        return list((await connection.execute(select(usage))).all())


async def outcomes(database: Database) -> list[str]:
    return [row.outcome for row in await rows(database)]


async def test_a_good_call_is_settled_as_ok_with_what_it_spent(
    client: httpx2.AsyncClient, database: Database
) -> None:
    answer = await client.post("/good", json={"n": 1, "trace_id": "abc-EXP0"})
    assert answer.status_code == 200
    (row,) = await rows(database)
    assert (row.outcome, row.provider, row.tokens_in, row.dollars) == ("ok", "azure", 3, 0.5)
    assert row.trace_id == "abc-EXP0"
    assert row.seconds > 0


async def test_the_remaining_budget_is_told(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/good", json={})
    assert answer.headers["X-RateLimit-Limit"] == "600"
    assert answer.headers["X-RateLimit-Remaining"] == "599"
    assert answer.headers["X-RateLimit-Reset"] == "0"


async def test_the_row_is_committed_before_the_answer_is_sent(
    stage: Stage, database: Database, api_key: str
) -> None:
    seen: list[list[str]] = []

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        async def noting(message: Any) -> None:
            seen.append(await outcomes(database))
            await send(message)

        await stage.app(scope, receive, noting)

    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=watched), base_url="http://service.test"
    ) as client:
        await client.post("/good", json={}, headers={"Authorization": f"Bearer {api_key}"})
    assert seen[0] == ["ok"]


async def test_an_answer_whose_row_cannot_be_settled_is_not_sent(
    client: httpx2.AsyncClient,
    stage: Stage,
    database: Database,
    unused_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away = open_database(f"postgresql://127.0.0.1:{unused_port}/x", patience=1)
    real = dependencies.repository.settle

    async def settle(_: Database, *arguments: Any) -> None:
        await real(away, *arguments)

    monkeypatch.setattr(dependencies.repository, "settle", settle)
    with capture_logs() as lines:
        answer = await client.post("/good", json={"n": 7})
    assert answer.status_code == 503
    assert set(answer.json()) == {"error"}
    assert await outcomes(database) == ["started"]
    assert [line["event"] for line in lines] == ["usage row left open"]
    # What the endpoint said before counts more than the row.
    assert (await client.post("/refused", json={})).status_code == 502
    await away.close()


@pytest.mark.parametrize(("path", "status"), [("/refused", 502), ("/broken", 500), ("/partial", 500)])
async def test_a_call_that_fails_is_settled_as_failed(
    client: httpx2.AsyncClient, database: Database, path: str, status: int
) -> None:
    assert (await client.post(path, json={})).status_code == status
    assert await outcomes(database) == ["failed"]


async def test_what_a_failed_call_spent_is_kept(client: httpx2.AsyncClient, database: Database) -> None:
    await client.post("/refused", json={})
    (row,) = await rows(database)
    assert (row.tokens_out, row.dollars) == (2, 0.5)


async def test_a_body_that_does_not_fit_is_settled_as_failed(
    client: httpx2.AsyncClient, database: Database
) -> None:
    answer = await client.post("/good", json={"n": "many"})
    assert answer.status_code == 422
    assert await outcomes(database) == ["failed"]


@pytest.mark.parametrize(
    ("path", "body", "trace"),
    [
        ("/list", b'[{"trace_id": "first"}, {"trace_id": "second"}]', "first"),
        ("/list", b"[]", ""),
        ("/list", b"[1]", ""),
        ("/good", b'{"trace_id": 5}', ""),
        ("/good", b'{"trace_id": null}', ""),
        ("/good", b'"text"', ""),
        ("/partial", b"not json", ""),
        ("/partial", b"\xff", ""),
    ],
)
async def test_the_trace_is_found_wherever_the_body_has_it(
    client: httpx2.AsyncClient, database: Database, path: str, body: bytes, trace: str
) -> None:
    await client.post(path, content=body, headers={"Content-Type": "application/json"})
    (row,) = await rows(database)
    assert row.trace_id == trace


async def test_who_may_not_call_leaves_no_row(
    client: httpx2.AsyncClient, stage: Stage, database: Database
) -> None:
    narrow = await create_key(database, NewKey(scopes=("explain",)))
    slow = await create_key(database, NewKey(organization="slow", per_minute=1))
    assert (await client.post("/good", json={}, headers={"Authorization": "Bearer x"})).status_code == 401
    assert (
        await client.post("/good", json={}, headers={"Authorization": f"Bearer {narrow}"})
    ).status_code == 403
    answers = [
        await client.post("/good", json={}, headers={"Authorization": f"Bearer {slow}"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert int(answers[1].headers["Retry-After"]) > 0
    assert answers[1].headers["X-RateLimit-Remaining"] == "0"
    assert "1 calls a minute" in answers[1].json()["error"]
    assert len(await rows(database)) == 1


async def test_a_call_that_is_cancelled_is_settled_as_cancelled(
    client: httpx2.AsyncClient, stage: Stage, database: Database
) -> None:
    work = asyncio.ensure_future(client.post("/waiting", json={}))
    await stage.entered.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await outcomes(database) == ["cancelled"]


async def test_a_cancellation_while_settling_waits_for_the_row(
    client: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dependencies.repository.settle
    settling, go_on = asyncio.Event(), asyncio.Event()

    async def settle(*arguments: Any) -> None:
        settling.set()
        await go_on.wait()
        await real(*arguments)

    monkeypatch.setattr(dependencies.repository, "settle", settle)
    work = asyncio.ensure_future(client.post("/good", json={}))
    await settling.wait()
    for _ in range(3):
        work.cancel()
        await asyncio.sleep(0)
    assert not work.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await outcomes(database) == ["ok"]


async def test_the_call_stands_where_the_metrics_look_for_it(
    client: httpx2.AsyncClient, stage: Stage, database: Database
) -> None:
    await client.post("/good", json={"trace_id": "t"})
    (call,) = stage.calls
    (row,) = await rows(database)
    assert (call.id, call.request_id, call.trace_id) == (row.id, row.request_id, "t")
    assert 0 < call.deadline.left <= stage.settings.request_seconds


async def test_without_a_database_nobody_is_served(
    client: httpx2.AsyncClient, stage: Stage, database: Database, unused_port: int
) -> None:
    away = open_database(f"postgresql://127.0.0.1:{unused_port}/x", patience=1)
    stage.use(away)
    answer = await client.post("/good", json={})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    stage.use(database)
    assert (await client.post("/good", json={})).status_code == 200
    await away.close()
