"""``/cfapi`` on the wire: spelling and forms are those of existing clients."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from codeflash_api.companion.orders import Kind, Order
from codeflash_api.http.schemas import Answer, Part, Request

LONGEST_NAME = 500

Name = Annotated[str, Field(max_length=200)]
Pair = Annotated[list[str], Field(min_length=2, max_length=2)]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


class ChangedFile(Part):
    """One file before and after."""

    old_content: str = Field("", alias="oldContent")
    new_content: str = Field(alias="newContent")


class ChangeRequest(Request):
    """A change with its evidence."""

    diff_contents: dict[str, ChangedFile] = Field(alias="diffContents", min_length=1)
    pr_comment_fields: dict[str, Any] = Field(default_factory=dict, alias="prCommentFields")
    existing_tests: str = Field("", alias="existingTests")
    generated_tests: str = Field("", alias="generatedTests")
    trace_id: Name = Field("", alias="traceId")
    coverage_message: str = ""
    replay_tests: str = Field("", alias="replayTests")
    concolic_tests: str = Field("", alias="concolicTests")
    optimization_review: str = Field("", alias="optimizationReview")
    original_line_profiler: str = Field("", alias="originalLineProfiler")
    optimized_line_profiler: str = Field("", alias="optimizedLineProfiler")

    def order(self, kind: Kind, owner: str = "", repo: str = "", pr_number: int | None = None) -> Order:
        """The request as an order."""
        return Order(
            kind,
            _text(self),
            owner,
            repo,
            self.trace_id,
            self._named("file_path") or next(iter(self.diff_contents))[:LONGEST_NAME],
            self._named("function_name"),
            pr_number,
        )

    def _named(self, field: str) -> str:
        value = self.pr_comment_fields.get(field)
        return value[:LONGEST_NAME] if isinstance(value, str) else ""


_PULL_REQUEST_EXAMPLE: dict[str, Any] = {
    "owner": "acme",
    "repo": "shop",
    "baseBranch": "main",
    "diffContents": {"shop/ordering.py": {"oldContent": "x = 1\n", "newContent": "x = 2\n"}},
    "prCommentFields": {
        "function_name": "arrange",
        "file_path": "shop/ordering.py",
        "best_runtime": "345 microseconds",
        "original_runtime": "1.16 milliseconds",
        "speedup_x": "3.35x",
        "speedup_pct": "235%",
        "loop_count": 250,
    },
    "traceId": "eacb9650-7a52-4c1e-9a41-0d7f6f2f9d10",
}


class PullRequestRequest(ChangeRequest):
    """A change that is to become a pull request."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PULL_REQUEST_EXAMPLE]})

    owner: Name
    repo: Name
    base_branch: str = Field("", alias="baseBranch", max_length=500)


class SuggestionRequest(ChangeRequest):
    """A change that is to be suggested on an open pull request."""

    owner: Name
    repo: Name
    pull_number: Number = Field(alias="pullNumber")


class StagingRequest(ChangeRequest):
    """A change that somebody will look at before it goes anywhere."""

    base_branch: str = Field("", alias="baseBranch", max_length=500)


class WorkflowFileRequest(Request):
    """A workflow file that is to be added by a pull request."""

    owner: Name
    repo: Name
    base_branch: str = Field("", alias="baseBranch", max_length=500)
    workflow_content: str = Field(alias="workflowContent")

    def order(self) -> Order:
        """The request as an order."""
        return Order("workflow", _text(self), self.owner, self.repo)


class WorkflowFileAnswer(Answer):
    """The pull request with the workflow file."""

    success: bool
    pr_url: str = ""
    pr_number: int | None = None


class ExistingRequest(Request):
    """Which functions does a pull request optimize already?"""

    pr_number: Number
    repo_owner: Name
    repo_name: Name


class CodeContext(Part):
    """One function and the hash of its code."""

    file_path: str = ""
    function_name: str = ""
    code_hash: Name


class OptimizedRequest(Request):
    """Which of these functions were optimized before?"""

    owner: Name
    repo: Name
    pr_number: Number | None = None
    code_contexts: list[CodeContext] = Field(max_length=10_000)


class OptimizedAnswer(Answer):
    """Those that were."""

    already_optimized_tuples: list[Pair] = Field(description="Pairs of file_path and function_name.")


class HashRequest(Request):
    """A function was optimized."""

    owner: Name
    repo: Name
    pr_number: Number | None = None
    code_hash: Name


class OutcomeRequest(Request):
    """How the work on a function ended."""

    trace_id: Name
    is_optimization_found: bool


class CompletionRequest(Request):
    """A run over a whole repository has ended."""

    owner: Name = ""
    repo: Name = ""


class Noted(Answer):
    """The request was carried out."""

    success: bool = True


class Mail(Answer):
    """Whether a mail was sent."""

    sent: bool
    message: str


def _text(request: BaseModel) -> str:
    # Numbers that JSON does not have become null.
    return json.dumps(request.model_dump(mode="json", by_alias=True), ensure_ascii=False)
