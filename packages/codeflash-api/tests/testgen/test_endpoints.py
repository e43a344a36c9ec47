from __future__ import annotations

from typing import Any

import httpx2
import pytest

FUNCTION: dict[str, Any] = {
    "function_name": "total",
    "file_path": "/srv/ada/shop/basket.py",
    "parents": [{"name": "Basket", "type": "ClassDef"}],
    "starting_line": 5,
    "ending_line": None,
    "starting_col": None,
    "ending_col": None,
    "is_async": False,
    "is_method": True,
    "language": "python",
    "doc_start_line": None,
}
CODE = """class Basket:
    def __init__(self, prices):
        self.prices = prices

    def total(self, rate=1):
        out = 0
        for price in self.prices:
            out += price * rate
        return out
"""
BODY: dict[str, Any] = {
    "source_code_being_tested": f"```python:shop/basket.py\n{CODE}\n```",
    "function_to_optimize": FUNCTION,
    "helper_function_names": [],
    "module_path": "shop.basket",
    "test_module_path": "tests.test_total__unit_test_0",
    "test_framework": "pytest",
    "test_timeout": 15,
    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
    "test_index": 0,
    "language": "python",
    "codeflash_version": "0.20.6",
    "is_async": False,
    "call_sequence": 2,
    "is_numerical_code": None,
    "class_name": "Basket",
    "qualified_name": "Basket.total",
    "rerun_trace_id": None,
    "language_version": "3.11.7",
}
REPAIR: dict[str, Any] = {
    "test_source": "from shop.basket import Basket\n\ndef test_a():\n    assert Basket([1]).total() == 1\n\n"
    "def test_b():\n    assert Basket([1]).total() == 2\n",
    "functions_to_repair": [{"function_name": "test_b", "reason": "expects 2"}],
    "function_source_code": CODE,
    "function_to_optimize": FUNCTION,
    "helper_function_names": [],
    "module_path": "shop.basket",
    "test_module_path": "tests.test_total__unit_test_0",
    "test_framework": "pytest",
    "test_timeout": 15,
    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
    "language": "python",
    "codeflash_version": "0.20.6",
    "call_sequence": 5,
    "module_source_code": CODE,
    "coverage_details": {"main_function": {"unexecuted_lines": [7, "x"]}},
    "previous_repair_errors": {"test_b": "assert 1 == 2"},
    "language_version": None,
}
KEYS = {"generated_tests", "instrumented_behavior_tests", "instrumented_perf_tests", "raw_generated_tests"}
NEEDED = {"source_code_being_tested", "function_to_optimize", "module_path", "test_module_path"}
NEEDED_TO_REPAIR = {*NEEDED, "test_source", "functions_to_repair", "function_source_code"}


async def test_tests_come_in_three_forms(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/testgen", json=BODY)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert set(found) == KEYS
    assert "basket.total(" in found["generated_tests"]
    assert found["raw_generated_tests"] == found["generated_tests"]
    for name in ("instrumented_behavior_tests", "instrumented_perf_tests"):
        assert "'tests.test_total__unit_test_0', 'Basket.total'" in found[name]
    assert "{codeflash_run_tmp_dir_client_side}" in found["instrumented_behavior_tests"]


@pytest.mark.parametrize("how", ["absent", "null"])
async def test_optional_fields_may_be_left_out(app_client: httpx2.AsyncClient, how: str) -> None:
    for path, body, needed in (("testgen", BODY, NEEDED), ("testgen_repair", REPAIR, NEEDED_TO_REPAIR)):
        fewer = {key: value for key, value in body.items() if key in needed or how == "null"}
        if how == "null":
            fewer.update(dict.fromkeys(set(body) - needed))
        answer = await app_client.post(f"/ai/{path}", json={**fewer, "newer": {}})
        assert answer.status_code == 200, answer.text
        assert "Basket.total" in answer.json()["instrumented_perf_tests"]


async def test_the_class_may_come_in_any_of_three_ways(app_client: httpx2.AsyncClient) -> None:
    plain = {**FUNCTION, "parents": []}
    for change in (
        {"qualified_name": None, "class_name": None},
        {"qualified_name": None, "function_to_optimize": plain},
        {"class_name": None, "function_to_optimize": plain},
    ):
        answer = await app_client.post("/ai/testgen", json={**BODY, **change})
        assert "'Basket.total'" in answer.json()["instrumented_perf_tests"]


@pytest.mark.parametrize("where", ["request", "function", "both"])
async def test_a_function_may_be_called_asynchronous_in_two_places(
    app_client: httpx2.AsyncClient, where: str
) -> None:
    body = {
        **BODY,
        "source_code_being_tested": "```python:shop/basket.py\nasync def total(prices):\n    return sum(prices)\n```",
        "function_to_optimize": {"function_name": "total", "is_async": where != "request"},
        "is_async": where != "function",
        "class_name": None,
        "qualified_name": "total",
    }
    answer = await app_client.post("/ai/testgen", json=body)
    assert answer.status_code == 200, answer.text
    assert "CODEFLASH_CURRENT_LINE_ID" in answer.json()["instrumented_behavior_tests"]


async def test_a_rerun_gets_the_same_tests_with_its_own_markers(app_client: httpx2.AsyncClient) -> None:
    first = (await app_client.post("/ai/testgen", json=BODY)).json()
    rerun = {
        **BODY,
        "trace_id": "another",
        "rerun_trace_id": BODY["trace_id"],
        "test_module_path": "tests.test_total__unit_test_7",
        "source_code_being_tested": "```python:shop/basket.py\nx = 1\n```",
    }
    again = (await app_client.post("/ai/testgen", json=rerun)).json()
    assert again["generated_tests"] == first["generated_tests"]
    assert "unit_test_7" in again["instrumented_perf_tests"]
    other = await app_client.post("/ai/testgen", json={**rerun, "test_index": 1})
    assert other.status_code == 422


async def test_broken_tests_are_replaced(app_client: httpx2.AsyncClient) -> None:
    answer = await app_client.post("/ai/testgen_repair", json=REPAIR)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert set(found) == KEYS
    assert "def test_a" in found["generated_tests"]
    assert "def test_b(" not in found["generated_tests"]
    assert "def test_basket_total_repaired" in found["generated_tests"]


@pytest.mark.parametrize("language", ["javascript", "typescript", "java", "go"])
async def test_other_languages_need_a_model(app_client: httpx2.AsyncClient, language: str) -> None:
    for path, body in (("testgen", BODY), ("testgen_repair", REPAIR)):
        asked = {**body, "language": language, "module_path": "../src/x.js", "module_system": "esm"}
        answer = await app_client.post(f"/ai/{path}", json=asked)
        assert answer.status_code == 501
        assert set(answer.json()) == {"error"}


@pytest.mark.parametrize(
    "change",
    [
        {"source_code_being_tested": None},
        {"source_code_being_tested": " "},
        {"source_code_being_tested": "```python:a.py\ndef (\n```"},
        {"source_code_being_tested": "```python:a.py\nx = 1\n```"},
        {"function_to_optimize": None},
        {"function_to_optimize": {"function_name": "a b"}, "qualified_name": None, "class_name": None},
        {"qualified_name": "Basket.total()"},
        {"module_path": "shop/basket.py"},
        {"module_path": "shop.basket; import os"},
        {"test_module_path": "tests:x"},
        {"test_module_path": "tests'+x"},
        {"test_module_path": ""},
        {"test_index": -1},
        {"test_timeout": "long"},
        {"language": "cobol"},
    ],
)
async def test_what_can_not_be_used_is_refused(
    app_client: httpx2.AsyncClient, change: dict[str, Any]
) -> None:
    answer = await app_client.post("/ai/testgen", json={**BODY, **change})
    assert answer.status_code == 422, answer.text
    assert set(answer.json()) == {"error"}


@pytest.mark.parametrize(
    "change",
    [
        {"test_source": "def ("},
        {"test_source": None},
        {"functions_to_repair": None},
        {"functions_to_repair": [{}]},
        {"function_source_code": "", "module_source_code": ""},
        {"coverage_details": []},
    ],
)
async def test_what_can_not_be_repaired_is_refused(
    app_client: httpx2.AsyncClient, change: dict[str, Any]
) -> None:
    answer = await app_client.post("/ai/testgen_repair", json={**REPAIR, **change})
    assert answer.status_code == 422, answer.text
    assert set(answer.json()) == {"error"}
