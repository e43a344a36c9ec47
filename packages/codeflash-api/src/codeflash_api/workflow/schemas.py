"""``/ai/workflow-gen`` on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from codeflash_api.http.schemas import Answer, Part, Request


class WorkflowConfig(Part):
    """The project's settings, as far as they matter here."""

    module_root: str = ""
    tests_root: str = ""
    benchmark_mode: bool = False


class WorkflowRequest(Request):
    """A project that is to be optimized by a continuous integration workflow."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "repo_files": {"pyproject.toml": "[project]\nname = 'shop'\n"},
                    "directory_structure": {"shop": {"type": "directory", "contents": {}}},
                    "codeflash_config": {
                        "module_root": "shop",
                        "tests_root": "tests",
                        "benchmark_mode": False,
                    },
                }
            ]
        }
    )

    repo_files: dict[str, str | None] = Field(default_factory=dict)
    directory_structure: dict[str, Any] = Field(default_factory=dict)
    codeflash_config: WorkflowConfig | None = None


class WorkflowResponse(Answer):
    """Steps in YAML, or null: the client then writes a workflow of its own."""

    workflow_steps: str | None
