"""``/ai/log_features`` on the wire."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ConfigDict, Field, FiniteFloat

from codeflash_api.http.schemas import Answer, Request


class LogFeaturesRequest(Request):
    """What became of the candidates of one function. Speedups are gains here: 0 is as fast as before."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "trace_id": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
                    "speedup_ratio": {"7c2d0a4e": 2.35, "c0be11aa": None},
                    "original_runtime": 1158942,
                    "optimized_runtime": {"7c2d0a4e": 345470, "c0be11aa": None},
                    "is_correct": {"7c2d0a4e": True, "c0be11aa": False},
                    "codeflash_version": "0.20.6",
                    "metadata": {"best_optimization_id": "7c2d0a4e"},
                }
            ]
        }
    )

    trace_id: str = Field("", max_length=200)
    speedup_ratio: dict[str, FiniteFloat | None] = Field(default_factory=dict)
    original_runtime: FiniteFloat | None = Field(None, description="Nanoseconds.")
    optimized_runtime: dict[str, FiniteFloat | None] = Field(default_factory=dict, description="Nanoseconds.")
    is_correct: dict[str, bool | None] = Field(default_factory=dict)
    codeflash_version: str = ""
    optimized_line_profiler_results: dict[str, str | None] = Field(default_factory=dict)
    metadata: dict[str, Any] = Field(default_factory=dict)
    optimizations_post: dict[str, str | None] = Field(default_factory=dict)

    def stored(self) -> str:
        """The facts as JSON text; numbers that JSON does not have become null."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False)


class LogFeaturesResponse(Answer):
    """The facts are stored; no client reads this."""

    stored: bool = True
