"""``/ai/optimization_review`` on the wire."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from codeflash_api.http.schemas import Answer, Part, Request
from codeflash_api.review.question import ReviewQuestion


class BenchmarkDetail(Part):
    """What one of the project's benchmarks gained."""

    benchmark_name: str = ""
    test_function: str = ""
    original_timing: str = ""
    expected_new_timing: str = ""
    speedup_percent: float | str = ""

    def told(self) -> str:
        """The benchmark in one line."""
        gain = self.speedup_percent
        figure = f"{gain:.1f}%" if isinstance(gain, float) else gain
        return (
            f"{self.benchmark_name}::{self.test_function}: "
            f"{self.original_timing} before, {self.expected_new_timing} after, {figure}"
        )


class ReviewRequest(Request):
    """The change that was chosen, and the evidence for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
                    "original_code": "def arrange(prices):\n    ...\n",
                    "optimized_code": "def arrange(prices):\n    return sorted(prices)\n",
                    "explanation": "Use the built-in sort.",
                    "speedup": "18622.81%",
                    "original_runtime": "1.16 milliseconds",
                    "optimized_runtime": "6.2 microseconds",
                    "loop_count": 250,
                    "coverage_message": "100.0%",
                    "language": "python",
                }
            ]
        }
    )

    original_code: str
    optimized_code: str
    explanation: str = ""
    existing_tests: str = ""
    generated_tests: str = ""
    trace_id: str = ""
    coverage_message: str = ""
    replay_tests: str = ""
    speedup: str = ""
    loop_count: int = 0
    benchmark_details: list[BenchmarkDetail] = Field(default_factory=list, max_length=1_000)
    optimized_runtime: str = ""
    original_runtime: str = ""
    codeflash_version: str = ""
    calling_fn_details: str = ""
    language: str = "python"
    language_version: str = ""
    call_sequence: int = 0

    def question(self) -> ReviewQuestion:
        """The request in the service's own terms."""
        return ReviewQuestion(
            original=self.original_code,
            optimized=self.optimized_code,
            explanation=self.explanation,
            speedup=self.speedup,
            original_runtime=self.original_runtime,
            optimized_runtime=self.optimized_runtime,
            loop_count=self.loop_count,
            coverage=self.coverage_message,
            existing_tests=self.existing_tests,
            generated_tests=self.generated_tests,
            replay_tests=self.replay_tests,
            benchmarks=tuple(detail.told() for detail in self.benchmark_details),
            callers=self.calling_fn_details,
            language=self.language,
        )


class ReviewResponse(Answer):
    """An opinion on a change."""

    review: Literal["high", "medium", "low", ""] = Field(
        description="low keeps the client from making a pull request; empty is no opinion."
    )
    review_explanation: str = ""
