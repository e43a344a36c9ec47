from __future__ import annotations

from typing import Any

import httpx2
import pytest

from codeflash_api.explanation.schemas import ExplainRequest

BODY: dict[str, Any] = {
    "trace_id": "t",
    "source_code": "# file: a.py\nslow()",
    "optimized_code": "# file: a.py\nfast()",
    "original_line_profiler_results": "",
    "optimized_line_profiler_results": "",
    "original_code_runtime": "1.16 milliseconds",
    "optimized_code_runtime": "345 microseconds",
    "speedup": "235%",
    "annotated_tests": "```python\n```",
    "optimization_id": "e707",
    "original_explanation": "Use the built-in sort.",
    "dependency_code": "",
    "original_throughput": None,
    "optimized_throughput": None,
    "throughput_improvement": None,
    "function_references": None,
    "acceptance_reason": "runtime",
    "original_concurrency_ratio": None,
    "optimized_concurrency_ratio": None,
    "concurrency_improvement": None,
    "codeflash_version": "0.20.6",
    "call_sequence": 9,
}
REQUIRED = {"source_code", "optimized_code"}


async def test_a_change_is_explained_by_its_figures(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/explain", json=BODY)
    assert answer.status_code == 200
    assert answer.json()["explanation"].startswith("Use the built-in sort.\n\nMeasured runtime: 1.16")


@pytest.mark.parametrize("field", sorted(set(ExplainRequest.model_fields) - REQUIRED))
def test_optional_fields_may_be_absent_or_null(field: str) -> None:
    without = {key: value for key, value in BODY.items() if key != field}
    assert ExplainRequest.model_validate(without) == ExplainRequest.model_validate({**BODY, field: None})


@pytest.mark.parametrize("field", sorted(REQUIRED))
async def test_code_is_required(app_client: httpx2.AsyncClient, field: str) -> None:
    answer = await app_client.post("/ai/explain", json={**BODY, field: None})
    assert answer.status_code == 422
    assert f"{field} is missing" in answer.json()["error"]
