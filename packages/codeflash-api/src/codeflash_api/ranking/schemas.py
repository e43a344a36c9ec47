"""``/ai/rank`` on the wire."""

from __future__ import annotations

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from codeflash_api.http.schemas import Answer, Request
from codeflash_api.ranking.question import Contestant, RankQuestion

MOST_CANDIDATES = 500


class RankRequest(Request):
    """Candidates that passed all tests and are faster than the original."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
                    "diffs": [
                        "--- original+++ modified@@ -1,12 +1,4 @@",
                        "--- original+++ modified@@ -1,2 @@",
                    ],
                    "speedups": [3.35, 172.98],
                    "optimization_ids": ["7c2d0a4e", "e707a1d2"],
                    "function_references": None,
                }
            ]
        }
    )

    trace_id: str = ""
    diffs: list[str] = Field(max_length=MOST_CANDIDATES, description="One change per candidate.")
    speedups: list[float] = Field(
        max_length=MOST_CANDIDATES, description="The original's time divided by each candidate's."
    )
    optimization_ids: list[str] = Field(default_factory=list, max_length=MOST_CANDIDATES)
    function_references: str = Field("", description="Callers of the function, in markdown.")

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        if len(self.diffs) != len(self.speedups):
            raise ValueError(f"there are {len(self.diffs)} diffs and {len(self.speedups)} speedups")
        if self.optimization_ids and len(self.optimization_ids) != len(self.diffs):
            raise ValueError(
                f"there are {len(self.diffs)} diffs and {len(self.optimization_ids)} optimization_ids"
            )
        return self

    def question(self) -> RankQuestion:
        """The request in the service's own terms."""
        ids = self.optimization_ids or [str(index) for index in range(len(self.diffs))]
        return RankQuestion(
            tuple(
                Contestant(diff, speedup, name)
                for diff, speedup, name in zip(self.diffs, self.speedups, ids, strict=True)
            ),
            self.function_references,
        )


class RankResponse(Answer):
    """Which to take."""

    ranking: list[int] = Field(
        description="Indexes into diffs, best first, each exactly once.", examples=[[1, 0]]
    )
