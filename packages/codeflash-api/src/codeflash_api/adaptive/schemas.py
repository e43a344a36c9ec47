"""``/ai/adaptive_optimize`` on the wire."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from codeflash_api.adaptive.question import AdaptQuestion, Step
from codeflash_api.code.files import LARGEST_CODE, files_of, versions_of
from codeflash_api.code.languages import Language
from codeflash_api.code.markdown import read_code
from codeflash_api.http.candidates import CANDIDATE_EXAMPLE
from codeflash_api.http.schemas import Part, Request

MOST_STEPS = 50
_ORIGINAL = "```python:shop/ordering.py\ndef arrange(prices):\n    out = list(prices)\n    out.sort()\n    return out\n```"


class AdaptiveCandidate(Part):
    """One candidate on the way."""

    optimization_id: str
    source_code: str = Field(max_length=LARGEST_CODE, description="The candidate, in markdown.")
    explanation: str = ""
    source: str = Field("", description="OPTIMIZE, OPTIMIZE_LP, REFINE, REPAIR, ADAPTIVE or JIT_REWRITE.")
    speedup: str = Field("", description="What was measured, as a sentence.")


class AdaptiveRequest(Request):
    """Candidates that build on each other, the root first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
                    "original_source_code": _ORIGINAL,
                    "candidates": [
                        {
                            "optimization_id": "e707a1d2",
                            "source_code": CANDIDATE_EXAMPLE["source_code"],
                            "explanation": "Use the built-in sort.",
                            "source": "OPTIMIZE",
                            "speedup": "Performance gain: 235%",
                        }
                    ],
                }
            ]
        }
    )

    trace_id: str = ""
    original_source_code: str = Field(
        max_length=LARGEST_CODE, description="The code before all candidates, in markdown."
    )
    candidates: list[AdaptiveCandidate] = Field(min_length=1, max_length=MOST_STEPS)
    language: Language = "python"

    def question(self) -> AdaptQuestion:
        """The request in the service's own terms.

        Raises:
            ApiError: There is no code in it that can be worked on.
        """
        original = files_of(
            read_code(self.original_source_code, self.language), self.language, "original_source_code"
        )
        return AdaptQuestion(
            original,
            tuple(
                Step(
                    each.optimization_id,
                    versions_of(
                        read_code(each.source_code, self.language),
                        original,
                        self.language,
                        f"candidates.{number}.source_code",
                    ),
                    each.explanation,
                    each.source,
                    each.speedup,
                )
                for number, each in enumerate(self.candidates)
            ),
            self.language,
        )
