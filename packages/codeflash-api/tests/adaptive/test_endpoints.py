from __future__ import annotations

from typing import Any

import httpx2
import pytest

OLD = """```python:a.py
def unique(items):
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out


def second(items):
    return sum([item for item in items])
```"""
BODY: dict[str, Any] = {
    "trace_id": "t1",
    "original_source_code": OLD,
    "candidates": [
        {
            "optimization_id": "root",
            "source_code": OLD.replace("sum([item for item in items])", "sum(items)"),
            "explanation": "No list.",
            "source": "OPTIMIZE",
            "speedup": "Performance gain: 235%",
        }
    ],
}


async def test_a_bare_candidate_is_answered(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/adaptive_optimize", json=BODY)
    assert answer.status_code == 200
    found = answer.json()
    assert found["parent_id"] == "root"
    assert found["explanation"].startswith("No list. ")
    assert "sum(items)" in found["source_code"]


@pytest.mark.parametrize("field", ["explanation", "source", "speedup"])
async def test_optional_fields_may_be_null_or_absent(field: str, app_client: httpx2.AsyncClient) -> None:
    candidate = BODY["candidates"][0]
    without = {key: value for key, value in candidate.items() if key != field}
    for each in ({**candidate, field: None}, without):
        answer = await app_client.post("/ai/adaptive_optimize", json={**BODY, "candidates": [each]})
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"candidates": []}, 422, "at least 1"),
        ({"candidates": None}, 422, "candidates is missing"),
        ({"original_source_code": "x = ("}, 422, "no Python code"),
        (
            {
                "original_source_code": "def f(x):\n    return x\n",
                "candidates": [{"optimization_id": "a", "source_code": "def f(y):\n    return y\n"}],
            },
            501,
            "no further rewrite",
        ),
        ({"language": "typescript"}, 501, "language model"),
    ],
)
async def test_what_can_t_be_taken_further_is_an_error(
    change: Any, status: int, words: str, app_client: httpx2.AsyncClient
) -> None:
    answer = await app_client.post("/ai/adaptive_optimize", json={**BODY, **change})
    assert answer.status_code == status
    assert words in answer.json()["error"]
