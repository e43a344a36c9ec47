"""The candidate object, as four endpoints answer with it."""

from __future__ import annotations

from pydantic import ConfigDict, Field, JsonValue

from codeflash_api.code.candidates import Candidate
from codeflash_api.http.schemas import Answer

CANDIDATE_EXAMPLE: dict[str, JsonValue] = {
    "source_code": "```python:shop/ordering.py\ndef arrange(prices):\n    return sorted(prices)\n```",
    "explanation": "Use the built-in sort.",
    "optimization_id": "e707a1d2-0c0b-4f5e-9d1e-3f1f2a4b5c6d",
    "parent_id": None,
    "model": "rules",
}


class CandidateAnswer(Answer):
    """A faster version."""

    model_config = ConfigDict(
        extra="forbid", protected_namespaces=(), json_schema_extra={"examples": [CANDIDATE_EXAMPLE]}
    )

    source_code: str = Field(description="The files with their paths, in markdown.")
    explanation: str = Field(description="Why it is faster.")
    optimization_id: str = Field(description="Names this candidate from now on.")
    parent_id: str | None = Field(None, description="The candidate that it builds on.")
    model: str | None = Field(None, description="Who made it.")


def candidate_answer(candidate: Candidate) -> CandidateAnswer:
    """A candidate as it is sent."""
    return CandidateAnswer(
        source_code=candidate.source_code,
        explanation=candidate.explanation,
        optimization_id=candidate.optimization_id,
        parent_id=candidate.parent_id,
        model=candidate.model,
    )
