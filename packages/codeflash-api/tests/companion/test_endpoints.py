from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from codeflash_api.auth.repository import NewKey, create_key, revoke_key
from codeflash_api.db.tables import code_hashes, deliveries, optimization_outcomes
from codeflash_postgres.database import Database

CHANGE: dict[str, Any] = {
    "diffContents": {"shop/a.py": {"oldContent": "x = 1\n", "newContent": "x = 2\n"}},
    "prCommentFields": {
        "optimization_explanation": "Why.",
        "best_runtime": "1 ms",
        "original_runtime": "2 ms",
        "function_name": "Basket.total",
        "file_path": "shop/a.py",
        "speedup_x": "2x",
        "speedup_pct": "100%",
        "loop_count": 7,
        "report_table": {"tests": {"passed": 3, "failed": 0}},
        "benchmark_details": None,
    },
    "existingTests": "",
    "generatedTests": "",
    "traceId": "trace-1",
    "coverage_message": "100%",
    "replayTests": "",
    "concolicTests": "",
    "optimizationReview": "high",
    "originalLineProfiler": None,
    "optimizedLineProfiler": None,
}
PULL_REQUEST = {**CHANGE, "owner": "acme", "repo": "shop", "baseBranch": "main"}
SUGGESTION = {**CHANGE, "owner": "acme", "repo": "shop", "pullNumber": 7}
STAGING = {**CHANGE, "baseBranch": "main"}
WORKFLOW = {"owner": "acme", "repo": "shop", "baseBranch": "main", "workflowContent": "on: push"}
ORDERS = {
    "create-pr": ("pull-request", PULL_REQUEST),
    "suggest-pr-changes": ("suggestion", SUGGESTION),
    "create-staging": ("staging", STAGING),
    "setup-github-actions": ("workflow", WORKFLOW),
}
OTHERS = {
    "verify-existing-optimizations": {"pr_number": 7, "repo_owner": "acme", "repo_name": "shop"},
    "is-already-optimized": {
        "owner": "acme",
        "repo": "shop",
        "pr_number": 7,
        "code_contexts": [{"file_path": "a.py", "function_name": "f", "code_hash": "h1"}],
    },
    "add-code-hash": {"owner": "acme", "repo": "shop", "pr_number": 7, "code_hash": "h1"},
    "mark-as-success": {"trace_id": "trace-1", "is_optimization_found": True},
    "send-completion-email": {"owner": "acme", "repo": "shop"},
}


async def stored(database: Database, table: Any = deliveries) -> list[Any]:
    async with database.begin() as connection:
        return list((await connection.execute(select(table))).all())


async def test_a_keys_user_is_bare_text(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.get("/cfapi/cli-get-user", headers={"cli_version": "0.20.6"})
    assert (answer.status_code, answer.text) == (200, "ada")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("key", ["cf-unknown-key", "nonsense", ""])
async def test_a_key_that_does_not_count_is_403_where_clients_check_it(
    app_client: httpx2.AsyncClient, key: str
) -> None:
    answer = await app_client.get("/cfapi/cli-get-user", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 403
    assert set(answer.json()) == {"error"}


async def test_a_revoked_key_ends_at_once(
    app_client: httpx2.AsyncClient, database: Database, api_key: str
) -> None:
    await revoke_key(database, api_key)
    assert (await app_client.get("/cfapi/cli-get-user")).status_code == 403
    answer = await app_client.post("/cfapi/mark-as-success", json=OTHERS["mark-as-success"])
    assert answer.status_code == 401


@pytest.mark.parametrize("path", [*ORDERS, *OTHERS])
async def test_everything_else_answers_401_without_a_key(app_client: httpx2.AsyncClient, path: str) -> None:
    body = OTHERS.get(path) or ORDERS[path][1]
    answer = await app_client.post(f"/cfapi/{path}", json=body, headers={"Authorization": ""})
    assert answer.status_code == 401
    assert set(answer.json()) == {"error"}


async def test_scopes_are_kept(app_client: httpx2.AsyncClient, database: Database) -> None:
    narrow = await create_key(database, NewKey(organization="acme", scopes=("optimize",)))
    wide = await create_key(database, NewKey(organization="acme", scopes=("companion",)))
    for key, status in ((narrow, 403), (wide, 200)):
        headers = {"Authorization": f"Bearer {key}"}
        answer = await app_client.get("/cfapi/cli-get-user", headers=headers)
        assert answer.status_code == status
        answer = await app_client.post(
            "/cfapi/mark-as-success", json=OTHERS["mark-as-success"], headers=headers
        )
        assert answer.status_code == status


async def test_without_a_github_app_it_is_not_installed(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.get("/cfapi/is-github-app-installed", params={"repo": "shop", "owner": "acme"})
    assert (answer.status_code, answer.text) == (200, "false")


@pytest.mark.parametrize("path", ORDERS)
async def test_without_a_github_app_orders_are_stored_and_answered_with_503(
    app_client: httpx2.AsyncClient, database: Database, path: str
) -> None:
    kind, body = ORDERS[path]
    answer = await app_client.post(f"/cfapi/{path}", json=body)
    assert answer.status_code == 503
    assert "no GitHub app is configured" in answer.json()["error"]
    (row,) = await stored(database)
    assert (row.kind, row.state) == (kind, "stored")
    kept = json.loads(row.body)
    assert {name: kept[name] for name in body if body[name] is not None} == {
        name: value for name, value in body.items() if value is not None
    }


async def test_what_an_order_is_about_is_stored(app_client: httpx2.AsyncClient, database: Database) -> None:
    await app_client.post("/cfapi/create-pr", json=PULL_REQUEST)
    (row,) = await stored(database)
    assert (row.owner, row.repo, row.trace_id) == ("acme", "shop", "trace-1")
    assert (row.file_path, row.function_name) == ("shop/a.py", "Basket.total")


async def test_a_pull_requests_answer_is_its_bare_number(
    client: httpx2.AsyncClient, github: Any, database: Database
) -> None:
    github.body = b'{"pr_number": 41, "pr_url": "https://example.test/41"}'
    answer = await client.post("/create-pr", json=PULL_REQUEST)
    assert (answer.status_code, answer.text) == (200, "41")
    assert answer.headers["Content-Type"].startswith("text/plain")
    method, path, headers, sent = github.asked[0]
    assert (method, path, headers["authorization"]) == ("POST", "/deliveries", "Bearer app-key")
    assert (sent["kind"], sent["owner"], sent["repo"], sent["trace_id"]) == (
        "pull-request",
        "acme",
        "shop",
        "trace-1",
    )
    assert sent["request"]["diffContents"] == PULL_REQUEST["diffContents"]
    (row,) = await stored(database)
    assert (row.state, row.pr_number) == ("delivered", 41)


async def test_suggestions_and_stagings_are_delivered(
    client: httpx2.AsyncClient, github: Any, database: Database
) -> None:
    for path in ("suggest-pr-changes", "create-staging"):
        answer = await client.post(f"/{path}", json=ORDERS[path][1])
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    rows = {row.kind: row for row in await stored(database)}
    assert (rows["suggestion"].state, rows["suggestion"].pr_number) == ("delivered", 7)
    assert (rows["staging"].state, rows["staging"].pr_number) == ("delivered", None)


async def test_a_workflow_becomes_a_pull_request(client: httpx2.AsyncClient, github: Any) -> None:
    github.body = b'{"pr_number": 5, "pr_url": "https://example.test/5"}'
    answer = await client.post("/setup-github-actions", json=WORKFLOW)
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "pr_url": "https://example.test/5", "pr_number": 5}


@pytest.mark.parametrize(
    ("status", "body", "answered"),
    [
        (404, b'{"error": "not installed on acme/shop"}', 404),
        (403, b'{"error": "no right to write"}', 403),
        (403, b"<html>", 403),
        (500, b"{}", 502),
        (200, b"<html>", 502),
        (200, b"[]", 502),
        (200, b"{}", 502),
        (200, b'{"pr_number": "7"}', 502),
        (200, b'{"pr_number": 99999999999999}', 502),
    ],
)
async def test_an_app_that_does_not_deliver_is_no_success(
    client: httpx2.AsyncClient, github: Any, status: int, body: bytes, answered: int
) -> None:
    github.status, github.body = status, body
    answer = await client.post("/create-pr", json=PULL_REQUEST)
    assert answer.status_code == answered
    assert set(answer.json()) == {"error"}


async def test_what_was_not_delivered_is_kept_as_failed(
    client: httpx2.AsyncClient, github: Any, database: Database
) -> None:
    github.status = 500
    await client.post("/create-pr", json=PULL_REQUEST)
    assert [row.state for row in await stored(database)] == ["failed"]


async def test_an_app_that_is_away_is_503(
    client: httpx2.AsyncClient, github: Any, unused_port: int, app: Any, api_key: str
) -> None:
    from attrs import evolve

    resources = app.state.resources
    away = evolve(resources.settings, github_app_url=f"http://127.0.0.1:{unused_port}")
    app.state.resources = evolve(resources, settings=away)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app),
        base_url="http://service.test",
        headers={"Authorization": f"Bearer {api_key}"},
    ) as lonely:
        answer = await lonely.post("/cfapi/create-pr", json=PULL_REQUEST)
    assert answer.status_code == 503
    assert "can't be reached" in answer.json()["error"]


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (200, b'{"installed": true}', "true"),
        (200, b'{"installed": false}', "false"),
        (200, b'{"installed": "yes"}', "false"),
        (404, b"{}", "false"),
    ],
)
async def test_the_app_says_where_it_is_installed(
    client: httpx2.AsyncClient, github: Any, status: int, body: bytes, text: str
) -> None:
    github.status, github.body = status, body
    answer = await client.get("/is-github-app-installed", params={"repo": "shop", "owner": "ac/../me"})
    assert (answer.status_code, answer.text) == (200, text)
    assert github.asked[0][:2] == ("GET", "/installations/ac%2F..%2Fme/shop")


async def test_an_app_that_can_not_say_is_an_error(client: httpx2.AsyncClient, github: Any) -> None:
    github.status = 500
    answer = await client.get("/is-github-app-installed", params={"repo": "shop", "owner": "acme"})
    assert answer.status_code == 502


async def test_names_with_nul_are_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/is-github-app-installed", params={"repo": "a\x00", "owner": "acme"})
    assert answer.status_code == 422


async def test_code_that_was_noted_is_known_in_its_repository(
    app_client: httpx2.AsyncClient, database: Database
) -> None:
    question = {
        **OTHERS["is-already-optimized"],
        "code_contexts": [
            {"file_path": "a.py", "function_name": "f", "code_hash": "h1"},
            {"file_path": "b.py", "function_name": "g", "code_hash": "h2"},
        ],
    }
    before = await app_client.post("/cfapi/is-already-optimized", json=question)
    assert before.json() == {"already_optimized_tuples": []}
    for _ in range(2):
        noted = await app_client.post("/cfapi/add-code-hash", json=OTHERS["add-code-hash"])
        assert (noted.status_code, noted.json()) == (200, {"success": True})
    after = await app_client.post("/cfapi/is-already-optimized", json=question)
    assert after.json() == {"already_optimized_tuples": [["a.py", "f"]]}
    elsewhere = await app_client.post("/cfapi/is-already-optimized", json={**question, "repo": "other"})
    assert elsewhere.json() == {"already_optimized_tuples": []}
    assert len(await stored(database, code_hashes)) == 1


async def test_other_organizations_know_nothing_of_it(
    app_client: httpx2.AsyncClient, database: Database
) -> None:
    await app_client.post("/cfapi/add-code-hash", json=OTHERS["add-code-hash"])
    other = await create_key(database, NewKey(organization="umbrella"))
    answer = await app_client.post(
        "/cfapi/is-already-optimized",
        json=OTHERS["is-already-optimized"],
        headers={"Authorization": f"Bearer {other}"},
    )
    assert answer.json() == {"already_optimized_tuples": []}


async def test_no_contexts_are_no_tuples(app_client: httpx2.AsyncClient) -> None:
    body = {**OTHERS["is-already-optimized"], "code_contexts": [], "pr_number": None}
    answer = await app_client.post("/cfapi/is-already-optimized", json=body)
    assert answer.json() == {"already_optimized_tuples": []}


async def test_the_last_word_on_an_outcome_counts(app_client: httpx2.AsyncClient, database: Database) -> None:
    for found in (False, True):
        body = {"trace_id": "trace-1", "is_optimization_found": found}
        answer = await app_client.post("/cfapi/mark-as-success", json=body)
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert [row.found for row in await stored(database, optimization_outcomes)] == [True]


async def test_a_pull_requests_functions_are_listed_by_file(client: httpx2.AsyncClient, github: Any) -> None:
    question = OTHERS["verify-existing-optimizations"]
    assert (await client.post("/verify-existing-optimizations", json=question)).json() == {}
    await client.post("/suggest-pr-changes", json=SUGGESTION)
    await client.post("/suggest-pr-changes", json=SUGGESTION)
    answer = await client.post("/verify-existing-optimizations", json=question)
    assert answer.json() == {"shop/a.py": ["Basket.total()"]}
    other = await client.post("/verify-existing-optimizations", json={**question, "pr_number": 8})
    assert other.json() == {}


async def test_the_end_of_a_run_is_taken_note_of(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/cfapi/send-completion-email", json={"owner": None, "repo": "shop"})
    assert (answer.status_code, answer.json()["sent"]) == (200, False)


@pytest.mark.parametrize("field", sorted(set(CHANGE) - {"diffContents"}))
async def test_optional_fields_of_orders_may_be_absent_or_null(
    client: httpx2.AsyncClient, github: Any, field: str
) -> None:
    github.body = b'{"pr_number": 1}'
    without = {name: value for name, value in PULL_REQUEST.items() if name != field}
    for body in (without, {**PULL_REQUEST, field: None}):
        assert (await client.post("/create-pr", json=body)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"diffContents": {}},
        {"diffContents": {"a.py": "text"}},
        {"diffContents": {"a.py": {"oldContent": ""}}},
        {"owner": None},
        {"owner": "x" * 201},
        {"owner": "a\x00"},
        {"prCommentFields": {"file_path": "\ud800"}},
    ],
)
async def test_orders_that_can_not_be_kept_are_refused(
    app_client: httpx2.AsyncClient, database: Database, change: dict[str, Any]
) -> None:
    answer = await app_client.post(
        "/cfapi/create-pr",
        content=json.dumps({**PULL_REQUEST, **change}),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422
    assert set(answer.json()) == {"error"}
    assert await stored(database) == []


async def test_fields_of_the_comment_that_are_no_text_are_not_taken_for_names(
    app_client: httpx2.AsyncClient, database: Database
) -> None:
    odd = {**PULL_REQUEST, "prCommentFields": {"file_path": 7, "function_name": ["f"]}}
    await app_client.post("/cfapi/create-pr", json=odd)
    (row,) = await stored(database)
    assert (row.file_path, row.function_name) == ("shop/a.py", "")
