from __future__ import annotations

from typing import Any

import httpx2
import pytest

OLD = """```python:a.py
def f(items, known):
    wanted = list(known)
    out = [item for item in items if item in wanted]
    total = 0
    for item in out:
        total = total + item
    return total
```"""
ITEM: dict[str, Any] = {
    "optimization_id": "p",
    "original_source_code": OLD,
    "read_only_dependency_code": "",
    "original_line_profiler_results": "",
    "original_code_runtime": "1.16 milliseconds",
    "optimized_source_code": OLD.replace("list(", "set(").replace("total = total +", "total +="),
    "optimized_explanation": "Sets.",
    "optimized_line_profiler_results": "",
    "optimized_code_runtime": "345 microseconds",
    "speedup": "235%",
    "trace_id": "t1",
    "function_references": "",
    "call_sequence": 9,
    "language": "python",
    "rerun_trace_id": "none-such",
    "language_version": "3.11.7",
    "additional_context_files": {"b.py": "x = 1"},
}
REQUIRED = {"optimization_id", "original_source_code", "optimized_source_code"}


async def test_refinements_are_answered(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/refinement", json=[ITEM])
    assert answer.status_code == 200
    found = answer.json()["refinements"]
    assert found
    assert {each["parent_id"] for each in found} == {"p"}
    assert "p" not in {each["optimization_id"] for each in found}


@pytest.mark.parametrize("field", sorted(set(ITEM) - REQUIRED))
async def test_optional_fields_may_be_null_or_absent(field: str, app_client: httpx2.AsyncClient) -> None:
    without = {key: value for key, value in ITEM.items() if key != field}
    for item in ({**ITEM, field: None}, without):
        answer = await app_client.post("/ai/refinement", json=[item])
        assert answer.status_code == 200, answer.text


async def test_nothing_smaller_is_an_empty_list(app_client: httpx2.AsyncClient) -> None:
    item = {**ITEM, "optimized_source_code": OLD.replace("list(", "set(")}
    answer = await app_client.post("/ai/refinement", json=[item])
    assert (answer.status_code, answer.json()) == (200, {"refinements": []})


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 422, "list"),
        ([], 422, "at least 1"),
        ([{**ITEM, "optimization_id": None}], 422, "optimization_id is missing"),
        ([{**ITEM, "optimized_source_code": "```python:b.py\nx = 1\n```"}], 422, "other files"),
        ([{**ITEM, "optimized_source_code": "```python:a.py\ndef (\n```"}], 422, "no Python code"),
        ([{**ITEM, "language": "java"}], 501, "language model"),
    ],
)
async def test_what_can_t_be_served_is_an_error(
    body: Any, status: int, words: str, app_client: httpx2.AsyncClient
) -> None:
    answer = await app_client.post("/ai/refinement", json=body)
    assert answer.status_code == status
    assert words in answer.json()["error"]


async def test_a_rerun_gets_what_was_answered_before(app_client: httpx2.AsyncClient) -> None:
    first = await app_client.post("/ai/refinement", json=[ITEM])
    again = await app_client.post("/ai/refinement", json=[{**ITEM, "rerun_trace_id": "t1"}])
    assert again.json() == first.json()
    other = await app_client.post(
        "/ai/refinement", json=[{**ITEM, "optimization_id": "q", "rerun_trace_id": "t1"}]
    )
    assert {each["parent_id"] for each in other.json()["refinements"]} == {"q"}
