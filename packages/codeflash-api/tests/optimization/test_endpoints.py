from __future__ import annotations

from typing import Any

import httpx2
import pytest

from codeflash_api.code.markdown import read_code

CODE = """```python:shop/ordering.py
def unique(items):
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out
```"""
OPTIMIZE: dict[str, Any] = {
    "source_code": CODE,
    "dependency_code": "",
    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2fEXP0",
    "language": "python",
    "experiment_metadata": {"id": "x", "group": "control"},
    "codeflash_version": "0.20.6",
    "current_username": "ada",
    "repo_owner": "acme",
    "repo_name": "up-demo",
    "is_async": False,
    "call_sequence": 3,
    "n_candidates": 6,
    "is_numerical_code": False,
    "rerun_trace_id": "none-such",
    "language_version": "3.11.7",
    "module_system": "esm",
    "qualified_name": "unique",
}
PROFILED = {
    **{
        key: OPTIMIZE[key]
        for key in OPTIMIZE
        if key not in ("current_username", "repo_owner", "repo_name", "is_async", "module_system")
    },
    "line_profiler_results": "Function: unique\nTotal time: 1 s\n| 9 | 9 | 1 | 99 | if item not in out: |",
}
BOTH = [("/ai/optimize", OPTIMIZE), ("/ai/optimize-line-profiler", PROFILED)]


@pytest.mark.parametrize(("path", "body"), BOTH, ids=["optimize", "line profiler"])
async def test_candidates_are_answered(path: str, body: Any, app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post(path, json=body)
    assert answer.status_code == 200
    first, *others = answer.json()["optimizations"]
    assert set(first) == {"source_code", "explanation", "optimization_id", "parent_id", "model"}
    assert read_code(first["source_code"])[0].path == "shop/ordering.py"
    assert first["explanation"]
    assert first["optimization_id"] not in [each["optimization_id"] for each in others]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [(path, body, field) for path, body in BOTH for field in body if field != "source_code"],
)
async def test_optional_fields_may_be_null_or_absent(
    path: str, body: Any, field: str, app_client: httpx2.AsyncClient
) -> None:
    without = {key: value for key, value in body.items() if key != field}
    for asked in ({**body, field: None}, without):
        answer = await app_client.post(path, json=asked)
        assert answer.status_code == 200, answer.text
        assert answer.json()["optimizations"]


async def test_nothing_to_rewrite_is_an_empty_list(app_client: httpx2.AsyncClient) -> None:
    body = {**OPTIMIZE, "source_code": "```python:a.py\ndef unique(x):\n    return x\n```"}
    answer = await app_client.post("/ai/optimize", json=body)
    assert (answer.status_code, answer.json()) == (200, {"optimizations": []})


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"source_code": None}, 422, "source_code is missing"),
        ({"source_code": ""}, 422, "no code"),
        ({"source_code": "x = 1\n" * 100_000}, 422, "at most 500000"),
        ({"source_code": "```python:a.py\ndef (\n```"}, 422, "no Python code"),
        ({"source_code": "x\x00"}, 422, "NUL"),
        ({"language": "cobol"}, 422, "language"),
        ({"n_candidates": "many"}, 422, "n_candidates"),
        ({"n_candidates": -1}, 422, "n_candidates"),
        ({"language": "go", "source_code": "```go:a.go\nfunc f() {}\n```"}, 501, "language model"),
    ],
)
async def test_what_can_t_be_served_is_an_error(
    change: Any, status: int, words: str, app_client: httpx2.AsyncClient
) -> None:
    answer = await app_client.post("/ai/optimize", json={**OPTIMIZE, **change})
    assert answer.status_code == status
    assert words in answer.json()["error"]


@pytest.mark.parametrize(("path", "body"), BOTH, ids=["optimize", "line profiler"])
async def test_a_rerun_gets_what_was_answered_before(
    path: str, body: Any, app_client: httpx2.AsyncClient
) -> None:
    first = await app_client.post(path, json=body)
    again = await app_client.post(path, json={**body, "trace_id": "t2", "rerun_trace_id": body["trace_id"]})
    assert again.json() == first.json()


async def test_no_key_no_candidates(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/optimize", json=OPTIMIZE, headers={"Authorization": "Bearer cf-x"})
    assert answer.status_code == 401
    assert set(answer.json()) == {"error"}
