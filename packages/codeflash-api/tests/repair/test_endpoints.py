from __future__ import annotations

from typing import Any

import httpx2
import pytest

OLD = """```python:a.py
def first(items):
    return [item for item in items if item]


def second(items):
    return sum([item for item in items])
```"""
BODY: dict[str, Any] = {
    "optimization_id": "p",
    "original_source_code": OLD,
    "modified_source_code": OLD.replace("[item for item in items if item]", "list(items)").replace(
        "sum([item for item in items])", "sum(items)"
    ),
    "trace_id": "t1",
    "test_diffs": [
        {
            "scope": "did_pass",
            "original_pass": True,
            "candidate_pass": False,
            "original_value": "True",
            "candidate_value": None,
            "test_src_code": "def test_x(): first([0])",
            "candidate_pytest_error": "assert [0] == []",
            "original_pytest_error": "",
        }
    ],
    "language": "python",
    "rerun_trace_id": "none-such",
}


async def test_a_bare_candidate_is_answered(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/code_repair", json=BODY)
    assert answer.status_code == 200
    found = answer.json()
    assert set(found) == {"source_code", "explanation", "optimization_id", "parent_id", "model"}
    assert found["parent_id"] == "p"
    assert "if item]" in found["source_code"]
    assert "sum(items)" in found["source_code"]


@pytest.mark.parametrize("field", ["trace_id", "test_diffs", "language", "rerun_trace_id"])
async def test_optional_fields_may_be_null_or_absent(field: str, app_client: httpx2.AsyncClient) -> None:
    without = {key: value for key, value in BODY.items() if key != field}
    for body in ({**BODY, field: None}, without):
        assert (await app_client.post("/ai/code_repair", json=body)).status_code == 200


@pytest.mark.parametrize("field", sorted(BODY["test_diffs"][0]))
async def test_every_field_of_a_difference_may_be_null(field: str, app_client: httpx2.AsyncClient) -> None:
    body = {**BODY, "test_diffs": [{**BODY["test_diffs"][0], field: None}]}
    assert (await app_client.post("/ai/code_repair", json=body)).status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        (
            {"modified_source_code": OLD.replace("sum([item for item in items])", "sum(items)")},
            501,
            "no repair",
        ),
        ({"modified_source_code": "```python:a.py\ndef (\n```"}, 422, "no Python code"),
        ({"modified_source_code": None}, 422, "modified_source_code is missing"),
        ({"test_diffs": ["x"]}, 422, "test_diffs.0"),
        ({"language": "go"}, 501, "language model"),
    ],
)
async def test_what_can_t_be_repaired_is_an_error(
    change: Any, status: int, words: str, app_client: httpx2.AsyncClient
) -> None:
    answer = await app_client.post("/ai/code_repair", json={**BODY, **change})
    assert answer.status_code == status
    assert words in answer.json()["error"]


async def test_a_rerun_gets_what_was_answered_before(app_client: httpx2.AsyncClient) -> None:
    first = await app_client.post("/ai/code_repair", json=BODY)
    again = await app_client.post("/ai/code_repair", json={**BODY, "rerun_trace_id": "t1"})
    assert again.json() == first.json()
