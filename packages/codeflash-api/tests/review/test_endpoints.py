from __future__ import annotations

from typing import Any

import httpx2
import pytest

from codeflash_api.review.schemas import ReviewRequest

BODY: dict[str, Any] = {
    "original_code": "a\nb",
    "optimized_code": "a\nc",
    "explanation": "Use the built-in sort.",
    "existing_tests": "| a |",
    "generated_tests": "",
    "trace_id": "t",
    "coverage_message": "100.0%",
    "replay_tests": "",
    "speedup": "18622.81%",
    "loop_count": 250,
    "benchmark_details": [
        {
            "benchmark_name": "b.py",
            "test_function": "test_b",
            "original_timing": "1 ms",
            "expected_new_timing": "2 us",
            "speedup_percent": 12.25,
        }
    ],
    "optimized_runtime": "6 microseconds",
    "original_runtime": "1.16 milliseconds",
    "codeflash_version": "0.20.6",
    "calling_fn_details": "",
    "language": "python",
    "language_version": "3.11.7",
    "call_sequence": 10,
}
REQUIRED = {"original_code", "optimized_code"}


async def test_a_change_is_graded(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/optimization_review", json=BODY)
    assert answer.status_code == 200
    assert answer.json()["review"] == "high"
    assert "gain 18,623%" in answer.json()["review_explanation"]


@pytest.mark.parametrize("language", ["javascript", "java", "go"])
async def test_other_languages_are_graded_as_well(app_client: httpx2.AsyncClient, language: str) -> None:
    answer = await app_client.post("/ai/optimization_review", json={**BODY, "language": language})
    assert answer.json()["review"] == "high"


@pytest.mark.parametrize("field", sorted(set(ReviewRequest.model_fields) - REQUIRED))
def test_optional_fields_may_be_absent_or_null(field: str) -> None:
    without = {key: value for key, value in BODY.items() if key != field}
    assert ReviewRequest.model_validate(without) == ReviewRequest.model_validate({**BODY, field: None})


@pytest.mark.parametrize(("gain", "told"), [(12.25, "12.2%"), ("12%", "12%"), (None, "")])
def test_benchmarks_are_told_in_a_line(gain: Any, told: str) -> None:
    detail = {**BODY["benchmark_details"][0], "speedup_percent": gain}
    question = ReviewRequest.model_validate({**BODY, "benchmark_details": [detail]}).question()
    assert question.benchmarks == (f"b.py::test_b: 1 ms before, 2 us after, {told}",)
