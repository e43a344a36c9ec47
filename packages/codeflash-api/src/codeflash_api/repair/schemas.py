"""``/ai/code_repair`` on the wire."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from codeflash_api.code.files import LARGEST_CODE, files_of, versions_of
from codeflash_api.code.languages import Language
from codeflash_api.code.markdown import read_code
from codeflash_api.http.candidates import CANDIDATE_EXAMPLE
from codeflash_api.http.schemas import Part, Request
from codeflash_api.repair.question import Difference, RepairQuestion

_ORIGINAL = "```python:shop/ordering.py\ndef arrange(prices):\n    out = list(prices)\n    out.sort()\n    return out\n```"


class TestDifference(Part):
    """One test in which original and candidate differ."""

    __test__ = False  # no test class, whatever pytest thinks of the name

    scope: str = Field("return_value", description="return_value, stdout or did_pass.")
    original_pass: bool = True
    candidate_pass: bool = False
    original_value: str = ""
    candidate_value: str = ""
    test_src_code: str = ""
    candidate_pytest_error: str = ""
    original_pytest_error: str = ""


class RepairRequest(Request):
    """A candidate that does not behave like the original."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "optimization_id": "c0be1a2b",
                    "original_source_code": _ORIGINAL,
                    "modified_source_code": CANDIDATE_EXAMPLE["source_code"],
                    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
                    "test_diffs": [
                        {
                            "scope": "did_pass",
                            "original_pass": True,
                            "candidate_pass": False,
                            "original_value": "True",
                            "candidate_value": "False",
                            "test_src_code": "def test_duplicates():\n    assert arrange([2, 2]) == [2, 2]",
                            "candidate_pytest_error": "assert [2] == [2, 2]",
                            "original_pytest_error": None,
                        }
                    ],
                    "language": "python",
                    "rerun_trace_id": None,
                }
            ]
        }
    )

    optimization_id: str
    original_source_code: str = Field(
        max_length=LARGEST_CODE, description="The code before the candidate, in markdown."
    )
    modified_source_code: str = Field(max_length=LARGEST_CODE, description="The candidate, in markdown.")
    trace_id: str = ""
    test_diffs: list[TestDifference] = Field(default_factory=list, max_length=5_000)
    language: Language = "python"
    rerun_trace_id: str | None = None

    def question(self) -> RepairQuestion:
        """The request in the service's own terms.

        Raises:
            ApiError: There is no code in it that can be worked on.
        """
        original = files_of(
            read_code(self.original_source_code, self.language), self.language, "original_source_code"
        )
        return RepairQuestion(
            optimization_id=self.optimization_id,
            original=original,
            modified=versions_of(
                read_code(self.modified_source_code, self.language),
                original,
                self.language,
                "modified_source_code",
            ),
            differences=tuple(_difference(each) for each in self.test_diffs),
            language=self.language,
        )


def _difference(given: TestDifference) -> Difference:
    return Difference(
        scope=given.scope,
        original_passes=given.original_pass,
        candidate_passes=given.candidate_pass,
        original_value=given.original_value,
        candidate_value=given.candidate_value,
        test=given.test_src_code,
        candidate_error=given.candidate_pytest_error,
        original_error=given.original_pytest_error,
    )
