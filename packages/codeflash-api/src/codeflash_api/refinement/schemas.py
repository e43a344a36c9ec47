"""``/ai/refinement`` on the wire: the body is a JSON array."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from codeflash_api.code.files import LARGEST_CODE, files_of, versions_of
from codeflash_api.code.languages import Language
from codeflash_api.code.markdown import read_code
from codeflash_api.http.candidates import CANDIDATE_EXAMPLE, CandidateAnswer
from codeflash_api.http.schemas import Answer, Request
from codeflash_api.refinement.question import RefineQuestion

MOST_ITEMS = 20
_ORIGINAL = "```python:shop/ordering.py\ndef arrange(prices):\n    out = list(prices)\n    out.sort()\n    return out\n```"


class RefinementItem(Request):
    """A candidate that is correct and faster, and is to become smaller."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "optimization_id": "e707a1d2",
                    "original_source_code": _ORIGINAL,
                    "optimized_source_code": CANDIDATE_EXAMPLE["source_code"],
                    "optimized_explanation": "Use the built-in sort.",
                    "speedup": "235%",
                    "original_code_runtime": "1.16 milliseconds",
                    "optimized_code_runtime": "345 microseconds",
                    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
                    "language": "python",
                }
            ]
        }
    )

    optimization_id: str
    original_source_code: str = Field(
        max_length=LARGEST_CODE, description="The code before the candidate, in markdown."
    )
    optimized_source_code: str = Field(max_length=LARGEST_CODE, description="The candidate, in markdown.")
    read_only_dependency_code: str = Field("", max_length=LARGEST_CODE)
    original_line_profiler_results: str = ""
    original_code_runtime: str = ""
    optimized_explanation: str = ""
    optimized_line_profiler_results: str = ""
    optimized_code_runtime: str = ""
    speedup: str = ""
    trace_id: str = ""
    function_references: str = ""
    call_sequence: int | None = None
    language: Language = "python"
    rerun_trace_id: str | None = None
    language_version: str = ""
    additional_context_files: dict[str, str] = Field(default_factory=dict)

    def question(self) -> RefineQuestion:
        """The item in the service's own terms.

        Raises:
            ApiError: There is no code in it that can be worked on.
        """
        original = files_of(
            read_code(self.original_source_code, self.language), self.language, "original_source_code"
        )
        optimized = versions_of(
            read_code(self.optimized_source_code, self.language),
            original,
            self.language,
            "optimized_source_code",
        )
        return RefineQuestion(
            optimization_id=self.optimization_id,
            original=original,
            optimized=optimized,
            explanation=self.optimized_explanation,
            read_only=read_code(self.read_only_dependency_code, self.language),
            original_profile=self.original_line_profiler_results,
            optimized_profile=self.optimized_line_profiler_results,
            original_runtime=self.original_code_runtime,
            optimized_runtime=self.optimized_code_runtime,
            speedup=self.speedup,
            references=self.function_references,
            language=self.language,
            version=self.language_version,
            others=self.additional_context_files,
        )


class RefinementResponse(Answer):
    """Smaller versions, each with a new id and the item's id as its parent."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"refinements": [{**CANDIDATE_EXAMPLE, "parent_id": "e707a1d2"}]}]},
    )

    refinements: list[CandidateAnswer]
