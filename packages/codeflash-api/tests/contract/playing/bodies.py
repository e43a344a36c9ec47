"""One whole request for every endpoint of the contract, and which of its fields a client must send.

A path into a body joins keys with dots; ``[]`` stands for the items of a list. Maps with free keys are leaves.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

TRACE = "eacb9650-7a52-4c1e-9a41-0d7f6f2fEXP0"

SLOW = """\
def arrange(prices):
    out = []
    for price in prices:
        if price not in out:
            out.append(price)
    return out


def total(prices):
    return sum([price for price in prices])
"""
HALF = SLOW.replace("sum([price for price in prices])", "sum(prices)")
FAST = HALF.replace(
    """    out = []
    for price in prices:
        if price not in out:
            out.append(price)
    return out
""",
    "    return list(dict.fromkeys(prices))\n",
)
NOISY = HALF.replace("out = []", "out = list()")
TESTS = """\
from shop.ordering import arrange


def test_keeps_the_first():
    assert arrange([2, 1, 2]) == [2, 1]


def test_wrong():
    assert arrange([1]) == [2]
"""


def fenced(code: str, path: str = "shop/ordering.py", language: str = "python") -> str:
    """Code as it stands on the wire."""
    return f"```{language}:{path}\n{code}```" if path else f"```{language}\n{code}```"


@frozen
class Endpoint:
    """A request that is answered with 200.

    Attributes:
        path: Of the URL.
        body: All fields of the contract.
        required: Paths of the fields without which it is refused.
        free: Paths of maps whose keys are the client's own.
    """

    path: str
    body: Any
    required: frozenset[str]
    free: frozenset[str] = frozenset()

    def fields(self) -> Iterator[str]:
        """The paths of all fields."""
        yield from _fields(self.body, "", self.free)

    def without(self, field: str) -> Any:
        """The request without a field."""
        body = copy.deepcopy(self.body)
        for parent, key in _holders(body, field):
            del parent[key]
        return body

    def changed(self, field: str, value: Any) -> Any:
        """The request with another value of a field."""
        body = copy.deepcopy(self.body)
        for parent, key in _holders(body, field):
            parent[key] = value
        return body

    def with_more(self) -> Any:
        """The request with fields that nobody knows, in all its objects."""
        body = copy.deepcopy(self.body)
        _strew(body, "", self.free)
        return body


def _fields(value: Any, where: str, free: frozenset[str]) -> Iterator[str]:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        yield from _fields(value[0], f"{where}[]", free)
    elif isinstance(value, Mapping) and where not in free:
        for key, inner in value.items():
            name = f"{where}.{key}" if where else key
            yield name
            yield from _fields(inner, name, free)


def _holders(body: Any, field: str) -> Iterator[tuple[Any, str]]:
    *way, last = field.split(".")
    found = [body]
    for step in way:
        name = step.removesuffix("[]")
        found = [each[name] if name else each for each in found]
        if step.endswith("[]"):
            found = [item for each in found for item in each]
    return ((each, last) for each in found)


def _strew(value: Any, where: str, free: frozenset[str]) -> None:
    if isinstance(value, list):
        for item in value:
            _strew(item, f"{where}[]", free)
    elif isinstance(value, dict) and where not in free:
        for key in list(value):
            _strew(value[key], f"{where}.{key}" if where else key, free)
        value["newer_field"] = {"of": ["a", "newer", "client"]}


FUNCTION: dict[str, Any] = {
    "function_name": "arrange",
    "file_path": "/srv/ada/up-demo/shop/ordering.py",
    "parents": [],
    "starting_line": 1,
    "ending_line": 6,
    "starting_col": None,
    "ending_col": None,
    "is_async": False,
    "is_method": False,
    "language": "python",
    "doc_start_line": None,
}
OPTIMIZE = Endpoint(
    "/ai/optimize",
    {
        "source_code": fenced(SLOW),
        "dependency_code": "",
        "trace_id": TRACE,
        "language": "python",
        "experiment_metadata": {"id": "e1", "group": "control"},
        "codeflash_version": "0.20.6",
        "current_username": None,
        "repo_owner": "acme",
        "repo_name": "up-demo",
        "is_async": False,
        "call_sequence": 3,
        "n_candidates": 6,
        "is_numerical_code": False,
        "rerun_trace_id": None,
        "language_version": "3.11.7",
        "module_system": None,
    },
    frozenset({"source_code"}),
)
OPTIMIZE_LINE_PROFILER = Endpoint(
    "/ai/optimize-line-profiler",
    {
        "source_code": fenced(SLOW),
        "dependency_code": "",
        "n_candidates": 7,
        "line_profiler_results": "## Function: arrange\n## Total time: 0.004 s\n"
        "|   Hits |   Time |   Per Hit |   % Time | Line Contents |\n"
        "|   1000 |   3200 |       3.2 |     82.1 | if price not in out: |",
        "trace_id": TRACE,
        "language": "python",
        "language_version": "3.11.7",
        "experiment_metadata": None,
        "codeflash_version": "0.20.6",
        "call_sequence": 4,
        "is_numerical_code": False,
        "rerun_trace_id": None,
    },
    frozenset({"source_code"}),
)
_ABOUT_TESTS: dict[str, Any] = {
    "function_to_optimize": FUNCTION,
    "helper_function_names": ["shop.ordering.total"],
    "module_path": "shop.ordering",
    "test_module_path": "tests.test_arrange__unit_test_1",
    "test_framework": "pytest",
    "test_timeout": 15,
    "trace_id": TRACE,
    "language": "python",
    "codeflash_version": "0.20.6",
    "call_sequence": 2,
    "language_version": "3.11.7",
}
_FOR_TESTS = frozenset(
    {"function_to_optimize", "function_to_optimize.function_name", "module_path", "test_module_path"}
)
TESTGEN = Endpoint(
    "/ai/testgen",
    {
        **_ABOUT_TESTS,
        "source_code_being_tested": fenced(SLOW),
        "test_index": 1,
        "is_async": False,
        "is_numerical_code": False,
        "class_name": None,
        "qualified_name": "arrange",
        "rerun_trace_id": None,
        "module_system": None,
    },
    _FOR_TESTS | {"source_code_being_tested"},
)
REFINEMENT = Endpoint(
    "/ai/refinement",
    [
        {
            "optimization_id": "e707a1d2-0c0b-4f5e-9d1e-3f1f2a4b5c6d",
            "original_source_code": fenced(SLOW),
            "read_only_dependency_code": "",
            "original_line_profiler_results": "",
            "original_code_runtime": "1.16 milliseconds",
            "optimized_source_code": fenced(NOISY),
            "optimized_explanation": "Add without a list.",
            "optimized_line_profiler_results": "",
            "optimized_code_runtime": "345 microseconds",
            "speedup": "235%",
            "trace_id": TRACE,
            "function_references": fenced("print(arrange([1]))\n", "shop/main.py"),
            "call_sequence": 5,
            "language": "python",
            "rerun_trace_id": None,
            "language_version": "3.11.7",
            "additional_context_files": {"shop/__init__.py": ""},
        }
    ],
    frozenset({"[].optimization_id", "[].original_source_code", "[].optimized_source_code"}),
    frozenset({"[].additional_context_files"}),
)
CODE_REPAIR = Endpoint(
    "/ai/code_repair",
    {
        "optimization_id": "c0be1a2b",
        "original_source_code": fenced(SLOW),
        "modified_source_code": fenced(FAST),
        "trace_id": TRACE,
        "test_diffs": [
            {
                "scope": "did_pass",
                "original_pass": True,
                "candidate_pass": False,
                "original_value": "True",
                "candidate_value": "False",
                "test_src_code": "def test_lists():\n    assert arrange([[1], [1]]) == [[1]]",
                "candidate_pytest_error": "TypeError: unhashable type: 'list'",
                "original_pytest_error": "",
            }
        ],
        "language": "python",
        "rerun_trace_id": None,
    },
    frozenset({"optimization_id", "original_source_code", "modified_source_code"}),
)
ADAPTIVE_OPTIMIZE = Endpoint(
    "/ai/adaptive_optimize",
    {
        "trace_id": TRACE,
        "original_source_code": fenced(SLOW),
        "candidates": [
            {
                "optimization_id": "7c2d0a4e",
                "source_code": fenced(HALF),
                "explanation": "Add without a list.",
                "source": "REFINE",
                "speedup": "Performance gain: 235%",
            }
        ],
    },
    frozenset(
        {"original_source_code", "candidates", "candidates[].optimization_id", "candidates[].source_code"}
    ),
)
RANK = Endpoint(
    "/ai/rank",
    {
        "trace_id": TRACE,
        "diffs": [
            "--- original+++ modified@@ -1,12 +1,4 @@ # file: shop/ordering.py",
            "--- original+++ modified@@",
        ],
        "speedups": [3.35, 172.98],
        "optimization_ids": ["7c2d0a4e", "e707a1d2"],
        "function_references": None,
    },
    frozenset({"diffs", "speedups"}),
)
LOG_FEATURES = Endpoint(
    "/ai/log_features",
    {
        "trace_id": TRACE,
        "speedup_ratio": {"7c2d0a4e": 2.35, "c0be1a2b": None},
        "original_runtime": 1158942,
        "optimized_runtime": {"7c2d0a4e": 345470, "c0be1a2b": None},
        "is_correct": {"7c2d0a4e": True, "c0be1a2b": False},
        "codeflash_version": "0.20.6",
        "optimized_line_profiler_results": {"7c2d0a4e": "| 1 |"},
        "metadata": {"best_optimization_id": "7c2d0a4e"},
        "optimizations_post": {"7c2d0a4e": fenced(HALF)},
    },
    frozenset(),
    frozenset(
        {
            "speedup_ratio",
            "optimized_runtime",
            "is_correct",
            "optimized_line_profiler_results",
            "metadata",
            "optimizations_post",
        }
    ),
)
EXPLAIN = Endpoint(
    "/ai/explain",
    {
        "trace_id": TRACE,
        "source_code": f"# file: shop/ordering.py\n{SLOW}",
        "optimized_code": f"# file: shop/ordering.py\n{FAST}",
        "original_line_profiler_results": "",
        "optimized_line_profiler_results": "",
        "original_code_runtime": "1.16 milliseconds",
        "optimized_code_runtime": "345 microseconds",
        "speedup": "235%",
        "annotated_tests": "```python\narrange([1])  # 1.2us -> 400ns\n```",
        "optimization_id": "e707a1d2",
        "original_explanation": "Use a dictionary.",
        "dependency_code": "",
        "original_throughput": None,
        "optimized_throughput": None,
        "throughput_improvement": None,
        "function_references": "",
        "acceptance_reason": "runtime",
        "original_concurrency_ratio": None,
        "optimized_concurrency_ratio": None,
        "concurrency_improvement": None,
        "codeflash_version": "0.20.6",
        "call_sequence": 8,
    },
    frozenset({"source_code", "optimized_code"}),
)
OPTIMIZATION_REVIEW = Endpoint(
    "/ai/optimization_review",
    {
        "original_code": SLOW,
        "optimized_code": FAST,
        "explanation": "Use a dictionary.",
        "existing_tests": "| Test | Time |",
        "generated_tests": "",
        "trace_id": TRACE,
        "coverage_message": "100.0%",
        "replay_tests": "",
        "speedup": "18622.81%",
        "loop_count": 250,
        "benchmark_details": [
            {
                "benchmark_name": "bench_arrange",
                "test_function": "test_bench",
                "original_timing": "1.2 ms",
                "expected_new_timing": "300 us",
                "speedup_percent": 300.0,
            }
        ],
        "optimized_runtime": "6.2 microseconds",
        "original_runtime": "1.16 milliseconds",
        "codeflash_version": "0.20.6",
        "calling_fn_details": "",
        "language": "python",
        "language_version": "3.11.7",
        "call_sequence": 9,
    },
    frozenset({"original_code", "optimized_code"}),
)
_COVERAGE: dict[str, Any] = {
    "coverage_percentage": 80.0,
    "threshold_percentage": 60.0,
    "function_start_line": 1,
    "main_function": {
        "name": "arrange",
        "coverage": 80.0,
        "executed_lines": [2, 3],
        "unexecuted_lines": [5],
        "executed_branches": [[3, 4]],
        "unexecuted_branches": [],
    },
    "dependent_function": None,
}
TESTGEN_REVIEW = Endpoint(
    "/ai/testgen_review",
    {
        "tests": [
            {
                "test_source": TESTS,
                "test_index": 1,
                "failed_test_functions": ["test_wrong"],
                "failure_messages": {"test_wrong": "E   assert [1] == [2]"},
            }
        ],
        "function_source_code": SLOW,
        "function_name": "arrange",
        "trace_id": TRACE,
        "language": "python",
        "codeflash_version": "0.20.6",
        "call_sequence": 6,
        "coverage_summary": "80.0%",
        "coverage_details": _COVERAGE,
        "language_version": "3.11.7",
    },
    frozenset({"tests", "tests[].test_source", "function_source_code", "function_name"}),
    frozenset({"tests[].failure_messages"}),
)
TESTGEN_REPAIR = Endpoint(
    "/ai/testgen_repair",
    {
        **_ABOUT_TESTS,
        "test_source": TESTS,
        "functions_to_repair": [{"function_name": "test_wrong", "reason": "expects the wrong list"}],
        "function_source_code": SLOW,
        "module_source_code": SLOW,
        "coverage_details": _COVERAGE,
        "previous_repair_errors": {"test_wrong": "assert [1] == [3]"},
    },
    _FOR_TESTS
    | {
        "test_source",
        "functions_to_repair",
        "functions_to_repair[].function_name",
        "function_source_code",
    },
    frozenset({"previous_repair_errors"}),
)
WORKFLOW_GEN = Endpoint(
    "/ai/workflow-gen",
    {
        "repo_files": {"pyproject.toml": "[project]\nname = 'shop'\n"},
        "directory_structure": {
            ".git": {"type": "directory", "contents": {}},
            "shop": {"type": "directory", "contents": {"ordering.py": {"type": "file"}}},
        },
        "codeflash_config": {
            "module_root": "shop",
            "tests_root": "/srv/ada/up-demo/tests",
            "benchmark_mode": False,
        },
    },
    frozenset(),
    frozenset({"repo_files", "directory_structure"}),
)
AI = (
    OPTIMIZE,
    OPTIMIZE_LINE_PROFILER,
    TESTGEN,
    REFINEMENT,
    CODE_REPAIR,
    ADAPTIVE_OPTIMIZE,
    RANK,
    LOG_FEATURES,
    EXPLAIN,
    OPTIMIZATION_REVIEW,
    TESTGEN_REVIEW,
    TESTGEN_REPAIR,
    WORKFLOW_GEN,
)
"""The 13 AI endpoints, in the order of the contract."""

_CHANGE: dict[str, Any] = {
    "diffContents": {"shop/ordering.py": {"oldContent": SLOW, "newContent": FAST}},
    "prCommentFields": {
        "optimization_explanation": "Use a dictionary.",
        "best_runtime": "345 microseconds",
        "original_runtime": "1.16 milliseconds",
        "function_name": "arrange",
        "file_path": "shop/ordering.py",
        "speedup_x": "3.35x",
        "speedup_pct": "235%",
        "loop_count": 250,
        "report_table": {"existing": {"passed": 3, "failed": 0}},
        "benchmark_details": None,
        "original_async_throughput": None,
        "best_async_throughput": None,
    },
    "existingTests": "",
    "generatedTests": TESTS,
    "traceId": TRACE,
    "coverage_message": "100.0%",
    "replayTests": "",
    "concolicTests": "",
    "optimizationReview": "high",
    "originalLineProfiler": None,
    "optimizedLineProfiler": None,
}
_FREE = frozenset({"diffContents", "prCommentFields"})
CREATE_PR = Endpoint(
    "/cfapi/create-pr",
    {**_CHANGE, "owner": "acme", "repo": "up-demo", "baseBranch": "main"},
    frozenset({"diffContents", "owner", "repo"}),
    _FREE,
)
SUGGEST = Endpoint(
    "/cfapi/suggest-pr-changes",
    {**_CHANGE, "owner": "acme", "repo": "up-demo", "pullNumber": 7},
    frozenset({"diffContents", "owner", "repo", "pullNumber"}),
    _FREE,
)
STAGING = Endpoint(
    "/cfapi/create-staging", {**_CHANGE, "baseBranch": "main"}, frozenset({"diffContents"}), _FREE
)
SETUP_ACTIONS = Endpoint(
    "/cfapi/setup-github-actions",
    {"owner": "acme", "repo": "up-demo", "baseBranch": "main", "workflowContent": "on: push\n"},
    frozenset({"owner", "repo", "workflowContent"}),
)
VERIFY_EXISTING = Endpoint(
    "/cfapi/verify-existing-optimizations",
    {"pr_number": 7, "repo_owner": "acme", "repo_name": "up-demo"},
    frozenset({"pr_number", "repo_owner", "repo_name"}),
)
ALREADY_OPTIMIZED = Endpoint(
    "/cfapi/is-already-optimized",
    {
        "owner": "acme",
        "repo": "up-demo",
        "pr_number": 7,
        "code_contexts": [
            {"file_path": "shop/ordering.py", "function_name": "arrange", "code_hash": "0a1b"},
            {"file_path": "shop/ordering.py", "function_name": "total", "code_hash": "2c3d"},
        ],
    },
    frozenset({"owner", "repo", "code_contexts", "code_contexts[].code_hash"}),
)
ADD_HASH = Endpoint(
    "/cfapi/add-code-hash",
    {"owner": "acme", "repo": "up-demo", "pr_number": 7, "code_hash": "ffff"},
    frozenset({"owner", "repo", "code_hash"}),
)
MARK = Endpoint(
    "/cfapi/mark-as-success",
    {"trace_id": TRACE, "is_optimization_found": True},
    frozenset({"trace_id", "is_optimization_found"}),
)
COMPLETION = Endpoint("/cfapi/send-completion-email", {"owner": "acme", "repo": "up-demo"}, frozenset())
COMPANION = (
    CREATE_PR,
    SUGGEST,
    STAGING,
    SETUP_ACTIONS,
    VERIFY_EXISTING,
    ALREADY_OPTIMIZED,
    ADD_HASH,
    MARK,
    COMPLETION,
)
"""The 9 companion endpoints that take a body."""

ASKED = ("/cfapi/cli-get-user", "/cfapi/is-github-app-installed")
"""The 2 companion endpoints that take none."""
