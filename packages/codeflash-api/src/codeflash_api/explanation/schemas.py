"""``/ai/explain`` on the wire."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from codeflash_api.explanation.question import ExplainQuestion, Figures
from codeflash_api.http.schemas import Answer, Request


class ExplainRequest(Request):
    """The change that was chosen, and what was measured."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
                    "source_code": "# file: shop/ordering.py\ndef arrange(prices):\n    ...\n",
                    "optimized_code": "# file: shop/ordering.py\ndef arrange(prices):\n    return sorted(prices)\n",
                    "original_code_runtime": "1.16 milliseconds",
                    "optimized_code_runtime": "345 microseconds",
                    "speedup": "235%",
                    "optimization_id": "e707a1d2",
                    "original_explanation": "Use the built-in sort.",
                    "acceptance_reason": "runtime",
                }
            ]
        }
    )

    trace_id: str = ""
    source_code: str = Field(description="The code before, each file under a line '# file: path'.")
    optimized_code: str = Field(description="The code after, in the same form.")
    original_line_profiler_results: str = ""
    optimized_line_profiler_results: str = ""
    original_code_runtime: str = ""
    optimized_code_runtime: str = ""
    speedup: str = ""
    annotated_tests: str = ""
    optimization_id: str = ""
    original_explanation: str = ""
    dependency_code: str = ""
    original_throughput: str = ""
    optimized_throughput: str = ""
    throughput_improvement: str = ""
    function_references: str = ""
    acceptance_reason: str = Field("runtime", description="runtime, throughput, concurrency or none.")
    original_concurrency_ratio: str = ""
    optimized_concurrency_ratio: str = ""
    concurrency_improvement: str = ""
    codeflash_version: str = ""
    call_sequence: int = 0

    def question(self) -> ExplainQuestion:
        """The request in the service's own terms."""
        return ExplainQuestion(
            original=self.source_code,
            optimized=self.optimized_code,
            said=self.original_explanation,
            runtime=Figures(self.original_code_runtime, self.optimized_code_runtime, self.speedup),
            throughput=Figures(
                self.original_throughput, self.optimized_throughput, self.throughput_improvement
            ),
            concurrency=Figures(
                self.original_concurrency_ratio,
                self.optimized_concurrency_ratio,
                self.concurrency_improvement,
            ),
            accepted_for=self.acceptance_reason,
            original_profile=self.original_line_profiler_results,
            optimized_profile=self.optimized_line_profiler_results,
            tests=self.annotated_tests,
            dependencies=self.dependency_code,
            references=self.function_references,
        )


class ExplainResponse(Answer):
    """Why the change is faster."""

    explanation: str = Field(
        description="Markdown; empty when there is nothing to add to the candidate's own explanation.",
        examples=[
            "Use the built-in sort.\n\nMeasured runtime: 1.16 milliseconds before, 345 microseconds after."
        ],
    )
