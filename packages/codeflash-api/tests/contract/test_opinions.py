"""Sections 2.7 to 2.10 and 2.13: rankings, figures, explanations, reviews and workflow steps."""

from __future__ import annotations

from typing import Any

import pytest
from bodies import EXPLAIN, FAST, LOG_FEATURES, OPTIMIZATION_REVIEW, RANK, SLOW, WORKFLOW_GEN
from manifest import keeps
from running_service import Modelled, Service
from wholeness import check, error_of


def rank_of(count: int) -> dict[str, Any]:
    return {
        "trace_id": "t",
        "diffs": [f"--- original+++ modified@@ {number}" for number in range(count)],
        "speedups": [1.0 + number * 7 % 5 for number in range(count)],
        "optimization_ids": [f"id{number}" for number in range(count)],
        "function_references": None,
    }


@keeps("rank: a permutation, best first; one and none are ranked too")
@pytest.mark.parametrize("count", [0, 1, 2, 3, 20])
def test_a_ranking_is_a_permutation(rules: Service, modelled: Modelled, count: int) -> None:
    body = rank_of(count)
    found = check(RANK.path, body, rules.post(RANK.path, body))["ranking"]
    speedups = [body["speedups"][index] for index in found]
    assert speedups == sorted(speedups, reverse=True)
    check(RANK.path, body, modelled.says('{"ranking": [0]}').post(RANK.path, body))


@keeps("rank: a permutation, best first; one and none are ranked too")
@pytest.mark.parametrize("change", [{"speedups": [1.0]}, {"optimization_ids": ["one"]}, {"diffs": []}])
def test_lists_of_different_lengths_are_refused(rules: Service, change: dict[str, Any]) -> None:
    error_of(rules.post(RANK.path, {**RANK.body, **change}), 422)


@keeps("rank: an index out of range is never sent")
@pytest.mark.parametrize(
    "said",
    ["[99]", "[2]", "[-1]", "[]", "[0, 0, 0]", "[1, 99, 0]", '["1"]', "[true]", "[0.5]", "null", "7", '"0"'],
)
def test_an_index_out_of_range_is_never_sent(modelled: Modelled, said: str) -> None:
    answer = modelled.says(f'{{"ranking": {said}}}').post(RANK.path, RANK.body)
    if answer.status_code == 200:
        check(RANK.path, RANK.body, answer)
    else:
        error_of(answer, 502)


@keeps("log_features: missing figures are null")
def test_missing_figures_are_null(rules: Service) -> None:
    body = {**LOG_FEATURES.body, "speedup_ratio": {"a": None, "b": 1}, "optimized_runtime": {"a": None}}
    check(LOG_FEATURES.path, body, rules.post(LOG_FEATURES.path, body))


@keeps("explain: throughput and concurrency are told where they were the reason")
@pytest.mark.parametrize(
    ("reason", "figures", "first"),
    [
        ("runtime", {}, "runtime"),
        (
            "throughput",
            {"original_throughput": "10/s", "optimized_throughput": "30/s", "throughput_improvement": "200%"},
            "throughput",
        ),
        (
            "concurrency",
            {
                "original_concurrency_ratio": "1.0x",
                "optimized_concurrency_ratio": "4.0x",
                "concurrency_improvement": "300%",
            },
            "concurrency ratio",
        ),
        ("none", {}, "runtime"),
    ],
)
def test_the_reason_is_told_first(rules: Service, reason: str, figures: dict[str, str], first: str) -> None:
    body = {**EXPLAIN.body, **figures, "acceptance_reason": reason}
    text = check(EXPLAIN.path, body, rules.post(EXPLAIN.path, body))["explanation"]
    assert text.startswith("Use a dictionary.")
    assert text.partition("Measured ")[2].startswith(first)


@keeps("flat code and joined files are taken as they are")
@pytest.mark.parametrize(
    "code",
    [
        "",
        "# file: shop/ordering.py\n",
        "# file: a.py\nx = 1\n\n# file: b.py\ny = (\n",
        "no code at all",
        SLOW * 200,
    ],
    ids=["empty", "a path alone", "two files, one broken", "prose", "long"],
)
def test_code_that_is_only_told_of_need_not_parse(rules: Service, modelled: Modelled, code: str) -> None:
    body = {**EXPLAIN.body, "source_code": code, "optimized_code": code}
    check(EXPLAIN.path, body, rules.post(EXPLAIN.path, body))
    check(EXPLAIN.path, body, modelled.says("It is faster.").post(EXPLAIN.path, body))
    body = {**OPTIMIZATION_REVIEW.body, "original_code": code, "optimized_code": code}
    check(OPTIMIZATION_REVIEW.path, body, rules.post(OPTIMIZATION_REVIEW.path, body))


@keeps("optimization_review: low for what is not worth a pull request")
@pytest.mark.parametrize(
    ("change", "review"),
    [
        ({}, "high"),
        ({"speedup": "2%"}, "low"),
        ({"optimized_code": SLOW}, "low"),
        ({"speedup": ""}, ""),
        ({"coverage_message": "10.0%"}, "medium"),
    ],
    ids=["a clear gain", "no gain", "no change", "nothing measured", "hardly tested"],
)
def test_changes_are_graded(rules: Service, change: dict[str, str], review: str) -> None:
    one = OPTIMIZATION_REVIEW
    body = {**one.body, "optimized_code": FAST, **change}
    assert check(one.path, body, rules.post(one.path, body))["review"] == review


@keeps("workflow-gen: null, which makes the client write a file that works")
@pytest.mark.parametrize("change", [{}, {"codeflash_config": None}, {"repo_files": {"x" * 100: "y" * 8192}}])
def test_no_workflow_steps_are_made_up(rules: Service, modelled: Modelled, change: dict[str, Any]) -> None:
    body = {**WORKFLOW_GEN.body, **change}
    for service in (rules, modelled.service):
        assert check(WORKFLOW_GEN.path, body, service.post(WORKFLOW_GEN.path, body)) == {
            "workflow_steps": None
        }
