"""``POST /ai/workflow-gen``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from codeflash_api.feature import Feature
from codeflash_api.http.errors import ERRORS
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered
from codeflash_api.workflow import rules
from codeflash_api.workflow.schemas import WorkflowRequest, WorkflowResponse

router = APIRouter(tags=["ai"])


@router.post("/ai/workflow-gen", response_model=WorkflowResponse, responses=ERRORS)
async def workflow(
    body: WorkflowRequest,
    call: Annotated[Call, Depends(metered(Feature.WORKFLOW_GEN), scope="function")],
) -> WorkflowResponse:
    """Say which steps a workflow needs before the optimizer runs: none that the client does not know itself."""
    return WorkflowResponse(workflow_steps=rules.steps())
