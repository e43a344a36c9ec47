"""``/ai/testgen_review`` on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from codeflash_api.code.languages import Language
from codeflash_api.http.schemas import Answer, Part, Request
from codeflash_api.testreview.question import FilesQuestion, FileVerdict, ReviewedFile


class ReviewedTests(Part):
    """One file of tests, and how it fared on the original code."""

    test_source: str
    test_index: int = 0
    failed_test_functions: list[str] = Field(default_factory=list, max_length=10_000)
    failure_messages: dict[str, str] = Field(default_factory=dict)


class TestgenReviewRequest(Request):
    """Generated tests that are to be looked at before they are relied upon."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tests": [
                        {
                            "test_source": "def test_order():\n    assert arrange([2, 1]) == [2, 1]\n",
                            "test_index": 0,
                            "failed_test_functions": ["test_order"],
                            "failure_messages": {"test_order": "assert [1, 2] == [2, 1]"},
                        }
                    ],
                    "function_source_code": "def arrange(prices):\n    return sorted(prices)\n",
                    "function_name": "arrange",
                    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
                    "language": "python",
                    "coverage_summary": "100.0%",
                }
            ]
        }
    )

    tests: list[ReviewedTests] = Field(max_length=100)
    function_source_code: str
    function_name: str
    trace_id: str = ""
    language: Language = "python"
    language_version: str = ""
    codeflash_version: str = ""
    call_sequence: int = 0
    coverage_summary: str = ""
    coverage_details: dict[str, Any] = Field(default_factory=dict)

    def question(self) -> FilesQuestion:
        """The request in the service's own terms."""
        main = self.coverage_details.get("main_function")
        lines = main.get("unexecuted_lines") if isinstance(main, dict) else None
        return FilesQuestion(
            tuple(
                ReviewedFile(
                    each.test_index,
                    each.test_source,
                    tuple(each.failed_test_functions),
                    each.failure_messages,
                )
                for each in self.tests
            ),
            self.function_source_code,
            self.function_name,
            self.language,
            self.coverage_summary,
            tuple(line for line in lines if isinstance(line, int)) if isinstance(lines, list) else (),
        )


class FlawedFunction(Answer):
    """A test function that should be replaced."""

    function_name: str
    reason: str


class FileReview(Answer):
    """What is wrong with one file of tests."""

    test_index: int
    functions: list[FlawedFunction] = Field(description="Empty when the file is fine.")

    @staticmethod
    def of(review: FileVerdict) -> FileReview:
        """The answer for one file."""
        flaws = [FlawedFunction(function_name=each.function, reason=each.reason) for each in review.flaws]
        return FileReview(test_index=review.index, functions=flaws)


class TestgenReviewResponse(Answer):
    """One review per file, in the order of the request."""

    reviews: list[FileReview]
