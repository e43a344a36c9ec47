"""``/ai/optimize`` and ``/ai/optimize-line-profiler`` on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from codeflash_api.code.files import LARGEST_CODE, files_of
from codeflash_api.code.languages import Language
from codeflash_api.code.markdown import read_code
from codeflash_api.http.candidates import CANDIDATE_EXAMPLE, CandidateAnswer
from codeflash_api.http.schemas import Answer, Part, Request
from codeflash_api.optimization.question import OptimizeQuestion

MOST_CANDIDATES = 20
_CODE = "```python:shop/ordering.py\ndef arrange(prices):\n    out = []\n    for price in prices:\n        if price not in out:\n            out.append(price)\n    return sorted(out)\n```"
_EXAMPLE: dict[str, Any] = {
    "source_code": _CODE,
    "dependency_code": "",
    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
    "language": "python",
    "language_version": "3.11.7",
    "n_candidates": 6,
    "call_sequence": 3,
    "codeflash_version": "0.20.6",
    "experiment_metadata": None,
    "is_numerical_code": False,
    "rerun_trace_id": None,
}
_TABLE = (
    "## Function: arrange\n## Total time: 0.004 s\n"
    "|   Hits |   Time |   Per Hit |   % Time | Line Contents |\n"
    "|   1000 |   3200 |       3.2 |     82.1 | if price not in out: |"
)


class Experiment(Part):
    """Which half of an experiment the client is in."""

    id: str = ""
    group: str = ""


class _Shared(Request):
    """What both requests have."""

    source_code: str = Field(max_length=LARGEST_CODE, description="The code to make faster, in markdown.")
    dependency_code: str = Field("", max_length=LARGEST_CODE, description="Code that it uses, in markdown.")
    trace_id: str = Field("", description="The client's name for the function it works on; opaque.")
    language: Language = "python"
    language_version: str = ""
    experiment_metadata: Experiment | None = None
    codeflash_version: str = ""
    call_sequence: int | None = None
    n_candidates: int = Field(
        5, ge=0, description=f"How many are wanted; at most {MOST_CANDIDATES} are made."
    )
    is_numerical_code: bool = False
    rerun_trace_id: str | None = Field(None, description="Answer what was answered for this trace.")
    qualified_name: str = Field(
        "",
        max_length=500,
        description="Qualified name of the function that is meant, where the client says so.",
    )

    def question(self) -> OptimizeQuestion:
        """The request in the service's own terms.

        Raises:
            ApiError: There is no code in it that can be worked on.
        """
        return OptimizeQuestion(
            files=files_of(read_code(self.source_code, self.language), self.language),
            dependencies=read_code(self.dependency_code, self.language),
            language=self.language,
            version=self.language_version,
            most=max(1, min(self.n_candidates, MOST_CANDIDATES)),
            is_numerical=self.is_numerical_code,
            function=self.qualified_name,
        )


class OptimizeRequest(_Shared):
    """Code that is to become faster."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_EXAMPLE,
                    "is_async": False,
                    "current_username": None,
                    "repo_owner": "acme",
                    "repo_name": "up-demo",
                }
            ]
        }
    )

    current_username: str = ""
    repo_owner: str = ""
    repo_name: str = ""
    is_async: bool = False
    module_system: str = Field("", description="esm or commonjs, where the language is not Python.")


class LineProfilerRequest(_Shared):
    """Code that is to become faster, with the time that each line takes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "line_profiler_results": _TABLE}]})

    line_profiler_results: str = Field("", description="The line profiler's table, as text.")


class OptimizeResponse(Answer):
    """Candidates, most promising first; an empty list says that nothing was found."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"optimizations": [CANDIDATE_EXAMPLE]}]}
    )

    optimizations: list[CandidateAnswer]
