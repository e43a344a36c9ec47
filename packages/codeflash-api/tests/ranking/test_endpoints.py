from __future__ import annotations

from typing import Any

import httpx2
import pytest

from codeflash_api.ranking.endpoints import FEW

BODY: dict[str, Any] = {
    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2fEXP0",
    "diffs": ["--- original+++ modified@@ -1,12", "--- original+++ modified@@ -1"],
    "speedups": [3.35, 172.98],
    "optimization_ids": ["7c2d", "e707"],
    "function_references": "```python:a.py\nx\n```",
}


async def test_candidates_are_ranked_by_their_speed(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/rank", json=BODY)
    assert answer.status_code == 200
    assert answer.json() == {"ranking": [1, 0]}


@pytest.mark.parametrize("field", ["trace_id", "optimization_ids", "function_references"])
@pytest.mark.parametrize("how", ["absent", "null"])
async def test_optional_fields_may_be_left_out(app_client: httpx2.AsyncClient, field: str, how: str) -> None:
    body = {**BODY, field: None}
    if how == "absent":
        del body[field]
    assert (await app_client.post("/ai/rank", json=body)).json() == {"ranking": [1, 0]}


async def test_unknown_fields_are_ignored(app_client: httpx2.AsyncClient) -> None:
    assert (await app_client.post("/ai/rank", json={**BODY, "newer": {"x": 1}})).status_code == 200


async def test_no_candidates_are_no_ranking(app_client: httpx2.AsyncClient) -> None:
    body = {"diffs": [], "speedups": [], "optimization_ids": []}
    assert (await app_client.post("/ai/rank", json=body)).json() == {"ranking": []}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"speedups": [1.0]}, "2 diffs and 1 speedups"),
        ({"optimization_ids": ["a"]}, "2 diffs and 1 optimization_ids"),
        ({"diffs": None}, "diffs is missing"),
        ({"speedups": ["fast", 2.0]}, "speedups.0"),
        ({"diffs": "all"}, "diffs"),
    ],
)
async def test_what_can_not_be_ranked_is_told(
    app_client: httpx2.AsyncClient, change: dict[str, Any], said: str
) -> None:
    answer = await app_client.post("/ai/rank", json={**BODY, **change})
    assert answer.status_code == 422
    assert said in answer.json()["error"]


@pytest.mark.parametrize("count", [FEW, FEW + 1], ids=["few", "many"])
async def test_any_number_of_candidates_is_ranked(app_client: httpx2.AsyncClient, count: int) -> None:
    body = {"diffs": ["-"] * count, "speedups": [float(2**number) for number in range(count)]}
    answer = await app_client.post("/ai/rank", json=body)
    assert answer.json() == {"ranking": list(reversed(range(count)))}
