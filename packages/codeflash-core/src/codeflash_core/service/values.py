"""What is asked of the AI service and what it answers. Attributes are named as on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen


@frozen(kw_only=True)
class Optimize:
    """Code that is to become faster; code is in markdown."""

    source_code: str
    trace_id: str
    dependency_code: str = ""
    language: str = "python"
    language_version: str | None = None
    is_async: bool = False
    n_candidates: int = 5
    is_numerical_code: bool | None = None
    call_sequence: int | None = None
    codeflash_version: str | None = None
    experiment_metadata: Mapping[str, str] | None = None
    current_username: str | None = None
    repo_owner: str | None = None
    repo_name: str | None = None
    rerun_trace_id: str | None = None
    qualified_name: str | None = None
    """The function that is meant; services that do not know the field pass it over."""


@frozen(kw_only=True)
class OptimizeLineProfiler:
    """Code that is to become faster, with the time that each line takes."""

    source_code: str
    line_profiler_results: str
    trace_id: str
    dependency_code: str = ""
    language: str = "python"
    language_version: str | None = None
    n_candidates: int = 5
    is_numerical_code: bool | None = None
    call_sequence: int | None = None
    codeflash_version: str | None = None
    experiment_metadata: Mapping[str, str] | None = None
    rerun_trace_id: str | None = None
    qualified_name: str | None = None


@frozen(kw_only=True)
class TestedFunction:
    """The function that tests are for."""

    __test__ = False

    function_name: str
    file_path: str
    parents: tuple[Mapping[str, str], ...] = ()
    starting_line: int | None = None
    ending_line: int | None = None
    starting_col: int | None = None
    ending_col: int | None = None
    is_async: bool = False
    is_method: bool = False
    language: str = "python"
    doc_start_line: int | None = None


@frozen(kw_only=True)
class Testgen:
    """A function that tests are wanted for."""

    __test__ = False

    source_code_being_tested: str
    function_to_optimize: TestedFunction
    module_path: str
    test_module_path: str
    trace_id: str
    helper_function_names: tuple[str, ...] = ()
    test_framework: str = "pytest"
    test_timeout: int = 15
    test_index: int = 0
    language: str = "python"
    language_version: str | None = None
    codeflash_version: str | None = None
    is_async: bool = False
    call_sequence: int | None = None
    is_numerical_code: bool | None = None
    class_name: str | None = None
    qualified_name: str | None = None
    rerun_trace_id: str | None = None


@frozen(kw_only=True)
class Refine:
    """A candidate that is correct and faster, and is to become smaller."""

    optimization_id: str
    original_source_code: str
    optimized_source_code: str
    trace_id: str
    read_only_dependency_code: str = ""
    original_line_profiler_results: str = ""
    original_code_runtime: str = ""
    optimized_explanation: str = ""
    optimized_line_profiler_results: str = ""
    optimized_code_runtime: str = ""
    speedup: str = ""
    function_references: str | None = None
    call_sequence: int | None = None
    language: str = "python"
    language_version: str | None = None
    rerun_trace_id: str | None = None


@frozen(kw_only=True)
class TestDiff:
    """One test in which original and candidate differ."""

    __test__ = False

    scope: Literal["return_value", "stdout", "did_pass"]
    original_pass: bool
    candidate_pass: bool
    original_value: str | None = None
    candidate_value: str | None = None
    test_src_code: str | None = None
    candidate_pytest_error: str | None = None
    original_pytest_error: str | None = None


@frozen(kw_only=True)
class Repair:
    """A candidate that does not behave like the original."""

    optimization_id: str
    original_source_code: str
    modified_source_code: str
    trace_id: str
    test_diffs: tuple[TestDiff, ...]
    language: str = "python"
    rerun_trace_id: str | None = None


@frozen(kw_only=True)
class AdaptiveStep:
    """One candidate on the way."""

    optimization_id: str
    source_code: str
    explanation: str
    source: str
    speedup: str


@frozen(kw_only=True)
class Adapt:
    """Candidates that build on each other, the root first."""

    trace_id: str
    original_source_code: str
    candidates: tuple[AdaptiveStep, ...]


@frozen(kw_only=True)
class Rank:
    """Candidates to choose from."""

    trace_id: str
    diffs: tuple[str, ...]
    speedups: tuple[float, ...]
    """Ratios: 1 is as fast as before."""
    optimization_ids: tuple[str, ...]
    function_references: str | None = None


@frozen(kw_only=True)
class Explain:
    """A change to explain; code is in the flat form."""

    trace_id: str
    source_code: str
    optimized_code: str
    optimization_id: str
    original_explanation: str = ""
    original_line_profiler_results: str = ""
    optimized_line_profiler_results: str = ""
    original_code_runtime: str = ""
    optimized_code_runtime: str = ""
    speedup: str = ""
    annotated_tests: str = ""
    dependency_code: str = ""
    function_references: str | None = None
    acceptance_reason: str = "runtime"
    call_sequence: int | None = None
    codeflash_version: str | None = None


@frozen(kw_only=True)
class Review:
    """A change to review before it is proposed to a maintainer."""

    trace_id: str
    original_code: str
    optimized_code: str
    explanation: str = ""
    existing_tests: str = ""
    generated_tests: str = ""
    replay_tests: str = ""
    coverage_message: str = ""
    speedup: str = ""
    loop_count: int = 0
    benchmark_details: tuple[Mapping[str, Any], ...] | None = None
    optimized_runtime: str = ""
    original_runtime: str = ""
    calling_fn_details: str = ""
    language: str = "python"
    language_version: str | None = None
    call_sequence: int | None = None
    codeflash_version: str | None = None


@frozen(kw_only=True)
class Features:
    """What became of the candidates of one function."""

    trace_id: str
    speedup_ratio: Mapping[str, float | None]
    """Gains: 0 is as fast as before."""
    original_runtime: int | None
    """Nanoseconds."""
    optimized_runtime: Mapping[str, int | None]
    is_correct: Mapping[str, bool]
    metadata: Mapping[str, Any] = field(factory=dict)
    optimized_line_profiler_results: Mapping[str, str] = field(factory=dict)
    optimizations_post: Mapping[str, str] = field(factory=dict)
    codeflash_version: str | None = None


@frozen
class Proposal:
    """A candidate as the service answers it; its code is in markdown."""

    source_code: str
    explanation: str
    optimization_id: str
    parent_id: str | None = None
    model: str | None = None


@frozen
class GeneratedTests:
    """Tests in plain and instrumented form."""

    generated_tests: str
    instrumented_behavior_tests: str
    instrumented_perf_tests: str
    raw_generated_tests: str | None = None


@frozen
class ReviewAnswer:
    """What a reviewer would say."""

    review: Literal["high", "medium", "low", ""]
    review_explanation: str = ""
