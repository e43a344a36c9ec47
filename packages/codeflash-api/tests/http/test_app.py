from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from attrs import evolve
from sqlalchemy import select

from codeflash_api.app import FEATURES, create_app, routers
from codeflash_api.db.migrating import downgrade, upgrade
from codeflash_api.db.tables import usage
from codeflash_api.feature import Feature
from codeflash_api.llm.answering import Chain
from codeflash_api.llm.model import BadAnswer, Overloaded
from codeflash_api.settings import Settings
from codeflash_postgres.database import Database, open_database

RANK = {"diffs": ["a", "b"], "speedups": [1, 2], "optimization_ids": ["x", "y"], "trace_id": "t"}
JSON = {"Content-Type": "application/json"}


def client_of(app: Any, key: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False),
        base_url="http://service.test",
        headers={"Authorization": f"Bearer {key}"},
    )


async def rows(database: Database) -> list[Any]:
    async with database.begin() as connection:
        return list((await connection.execute(select(usage).order_by(usage.c.started_at))).all())


def test_every_feature_has_routes() -> None:
    assert len(routers()) == len(FEATURES)


async def test_it_is_alive_and_ready(app_client: httpx2.AsyncClient) -> None:
    assert (await app_client.get("/healthz")).json() == {"status": "ok"}
    answer = await app_client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"


async def test_without_its_database_it_is_alive_and_not_ready(settings: Settings, unused_port: int) -> None:
    away = open_database(f"postgresql://127.0.0.1:{unused_port}/none", patience=1)
    app = create_app(settings, database=away)
    async with app.router.lifespan_context(app), client_of(app, "cf-none") as client:
        assert (await client.get("/healthz")).status_code == 200
        for method, path in (("GET", "/readyz"), ("POST", "/ai/rank"), ("GET", "/cfapi/cli-get-user")):
            answer = await client.request(method, path, json=RANK if method == "POST" else None)
            assert answer.status_code == 503
            assert "database" in answer.json()["error"]
            assert int(answer.headers["Retry-After"]) >= 1
    await away.close()


async def test_a_database_without_migrations_is_not_ready(
    app_client: httpx2.AsyncClient, database: Database
) -> None:
    await downgrade(database, "base")
    try:
        answer = await app_client.get("/readyz")
    finally:
        await upgrade(database)
    assert answer.status_code == 503
    assert "codeflash-api migrate" in answer.json()["error"]


async def test_the_lifespan_opens_and_closes_what_is_not_given(settings: Settings, api_key: str) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app), client_of(app, api_key) as client:
        assert (await client.post("/ai/rank", json=RANK)).json() == {"ranking": [1, 0]}


async def test_tracing_is_off_unless_asked_for(settings: Settings, database: Database) -> None:
    for asked in (False, True):
        app = create_app(evolve(settings, tracing=asked), database=database)
        async with app.router.lifespan_context(app), client_of(app, "cf-none") as client:
            assert (await client.get("/healthz")).status_code == 200
        assert hasattr(app.state, "tracer_provider") is asked


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer cf-wrong", "Basic cf-wrong", "Bearer x"])
async def test_without_a_key_nothing_is_served(app_client: httpx2.AsyncClient, header: str) -> None:
    answer = await app_client.post("/ai/rank", json=RANK, headers={"Authorization": header})
    assert answer.status_code == 401
    assert set(answer.json()) == {"error"}


BAD: dict[str, tuple[bytes, int]] = {
    "malformed": (b'{"diffs": [', 422),
    "a text": (b'"hello"', 422),
    "a number": (b"7", 422),
    "null": (b"null", 422),
    "empty": (b"", 422),
    "wrong types": (b'{"diffs": 7, "speedups": "x"}', 422),
    "NUL": (b'{"diffs": ["\\u0000"], "speedups": [1]}', 422),
    "a lone surrogate": (b'{"diffs": ["\\ud800"], "speedups": [1]}', 422),
    "not UTF-8": (b'{"diffs": ["\xff"], "speedups": [1]}', 422),
    "deep": (b'{"diffs": ' + b"[" * 100_000, 422),
    "thousands of keys": (json.dumps(dict.fromkeys(map(str, range(100_001)), 1)).encode(), 422),
    "50 MB": (b'{"diffs": ["' + b"x" * 50_000_000 + b'"], "speedups": [1]}', 413),
}


@pytest.mark.parametrize("name", BAD)
async def test_bad_input_is_told_and_nothing_stays_open(
    app_client: httpx2.AsyncClient, database: Database, name: str
) -> None:
    content, status = BAD[name]
    answer = await app_client.post("/ai/rank", content=content, headers=JSON)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert answer.headers["X-Request-Id"]
    assert {row.outcome for row in await rows(database)} <= {"failed"}


@pytest.mark.parametrize(
    ("problem", "status"),
    [(BadAnswer("saying", "x"), 502), (Overloaded("saying", "x"), 503), (None, 501)],
    ids=["a bad answer", "an overload", "no model"],
)
async def test_a_provider_that_fails_is_no_success(
    settings: Settings, database: Database, api_key: str, saying: Any, problem: Exception | None, status: int
) -> None:
    chains = dict.fromkeys(Feature, Chain((saying(problem),) if problem else (), rules=False))
    app = create_app(settings, database=database, chains=chains)
    async with app.router.lifespan_context(app), client_of(app, api_key) as client:
        answer = await client.post("/ai/rank", json=RANK)
    assert answer.status_code == status
    assert [row.outcome for row in await rows(database)] == ["failed"]
    told = [answer.headers[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")]
    assert told == ["600", "599", "0"]


async def test_what_a_model_spends_is_metered_and_counted(
    settings: Settings, database: Database, api_key: str, saying: Any
) -> None:
    model = saying('{"ranking": [0, 1]}')
    chains = dict.fromkeys(Feature, Chain((model,), rules=False))
    app = create_app(settings, database=database, chains=chains, prices=model)
    async with app.router.lifespan_context(app), client_of(app, api_key) as client:
        assert (await client.post("/ai/rank", json=RANK)).json() == {"ranking": [0, 1]}
        text = (await client.get("/metrics")).text
    (row,) = await rows(database)
    assert (row.outcome, row.model, row.tokens_in, float(row.dollars)) == ("ok", "parrot-1", 100, 0.25)
    assert 'codeflash_api_requests_total{feature="rank",outcome="ok",status="200"} 1.0' in text
    labels = 'feature="rank",kind="output",model="parrot-1",provider="saying"'
    assert f"codeflash_api_tokens_total{{{labels}}} 10.0" in text
    assert 'codeflash_api_dollars_total{feature="rank",model="parrot-1",provider="saying"} 0.25' in text


class Hanging:
    """A model that never answers."""

    provider = "hanging"
    model = "slow-1"

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def complete(self, prompt: Any, deadline: Any) -> Any:
        self.asked.set()
        await asyncio.Event().wait()

    async def close(self) -> None:
        pass


async def test_a_call_whose_client_leaves_is_settled_as_cancelled(
    settings: Settings, database: Database, api_key: str
) -> None:
    model = Hanging()
    app = create_app(
        settings,
        database=database,
        chains=dict.fromkeys(Feature, Chain((model,))),  # type: ignore[arg-type]
    )
    messages = [{"type": "http.request", "body": json.dumps(RANK).encode(), "more_body": False}]

    async def receive() -> Any:
        if messages:
            return messages.pop()
        await model.asked.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError("nobody is there to be answered")

    headers = [(b"authorization", f"Bearer {api_key}".encode()), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/ai/rank",
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
        "server": ("service.test", 80),
    }
    async with app.router.lifespan_context(app):
        await app(scope, receive, send)
    assert [row.outcome for row in await rows(database)] == ["cancelled"]
    assert b'feature="rank",outcome="cancelled",status="none"' in app.state.metrics.text()


async def test_a_handler_that_takes_too_long_is_answered_for(
    settings: Settings, database: Database, api_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codeflash_api.app.GRACE_SECONDS", 0.0)
    # How long it takes to admit a call depends on the machine: more and more time until one is.
    for seconds in (0.2, 2.0, 20.0):
        hanging = Hanging()
        chains = dict.fromkeys(Feature, Chain((hanging,)))  # type: ignore[arg-type]
        app = create_app(evolve(settings, request_seconds=seconds), database=database, chains=chains)
        async with app.router.lifespan_context(app), client_of(app, api_key) as client:
            answer = await client.post("/ai/rank", json=RANK)
        assert answer.status_code == 504
        if hanging.asked.is_set():
            break
    assert answer.headers["X-RateLimit-Remaining"]
    *earlier, last = [row.outcome for row in await rows(database)]
    assert last == "cancelled"
    # One that was cut while its row was written may not know of it: the sweep closes such rows.
    assert set(earlier) <= {"cancelled", "started"}


def test_the_openapi_document_is_complete(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path))
    document = app.openapi()
    assert document is app.openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = f"{method} {path}"
            assert operation["summary"], name
            assert operation["description"], name
            assert "200" in operation["responses"], name
            if path.startswith(("/ai/", "/cfapi/")):
                assert operation["security"] == [{"key": []}], name
                for status in ("401", "403", "413", "422", "429", "500", "501", "502", "503"):
                    content = operation["responses"][status]["content"]["application/json"]
                    assert set(content["example"]) == {"error"}, name
            if path.startswith("/ai/"):
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                assert _has_example(document, schema), name
    assert "HTTPValidationError" not in document["components"]["schemas"]


def _has_example(document: dict[str, Any], schema: dict[str, Any]) -> bool:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return bool(schema.get("examples")) or ("items" in schema and _has_example(document, schema["items"]))
