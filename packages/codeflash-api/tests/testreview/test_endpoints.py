from __future__ import annotations

from typing import Any

import httpx2
import pytest

BODY: dict[str, Any] = {
    "tests": [
        {
            "test_source": "def test_a():\n    f()\n",
            "test_index": 0,
            "failed_test_functions": ["test_a"],
            "failure_messages": {"test_a": "assert 1 == 2"},
        },
        {"test_source": "", "test_index": 1, "failed_test_functions": [], "failure_messages": {}},
    ],
    "function_source_code": "def f():\n    return 1\n",
    "function_name": "f",
    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
    "language": "python",
    "codeflash_version": "0.20.6",
    "call_sequence": 4,
    "coverage_summary": "50.0%",
    "coverage_details": {
        "coverage_percentage": 50.0,
        "threshold_percentage": 60.0,
        "function_start_line": 1,
        "main_function": {
            "name": "f",
            "coverage": 50.0,
            "unexecuted_lines": [2],
            "executed_branches": [[1, 2]],
        },
        "dependent_function": None,
    },
    "language_version": "3.11.7",
}
ANSWER = {
    "reviews": [
        {
            "test_index": 0,
            "functions": [{"function_name": "test_a", "reason": "Fails on the original code: assert 1 == 2"}],
        },
        {"test_index": 1, "functions": []},
    ]
}


async def test_failed_tests_are_flagged(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/testgen_review", json=BODY)
    assert (answer.status_code, answer.json()) == (200, ANSWER)


async def test_other_languages_are_reviewed_by_their_failures(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/testgen_review", json={**BODY, "language": "typescript"})
    assert answer.json() == ANSWER


async def test_optional_fields_may_be_left_out(app_client: httpx2.AsyncClient) -> None:
    optional = sorted(set(BODY) - {"tests", "function_source_code", "function_name"})
    absent = {key: value for key, value in BODY.items() if key not in optional}
    for body in (absent, {**BODY, **dict.fromkeys(optional)}, {**BODY, "newer": 1}):
        answer = await app_client.post("/ai/testgen_review", json=body)
        assert (answer.status_code, answer.json()) == (200, ANSWER)


@pytest.mark.parametrize(
    "change",
    [
        {"tests": None},
        {"tests": [{}]},
        {"function_name": 3},
        {"language": "cobol"},
        {"coverage_details": "all"},
        {"function_source_code": "a\x00b"},
    ],
)
async def test_what_can_not_be_read_is_refused(
    app_client: httpx2.AsyncClient, change: dict[str, Any]
) -> None:
    answer = await app_client.post("/ai/testgen_review", json={**BODY, **change})
    assert answer.status_code == 422
    assert set(answer.json()) == {"error"}
