"""``POST /ai/testgen`` and ``POST /ai/testgen_repair``."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends

from codeflash_api.answers.repository import recalled, remember
from codeflash_api.feature import Feature
from codeflash_api.http.errors import ERRORS
from codeflash_api.resources import Resources, get_resources
from codeflash_api.testgen import rules, service
from codeflash_api.testgen.finishing import finished
from codeflash_api.testgen.schemas import TestgenRepairRequest, TestgenRequest, TestgenResponse
from codeflash_api.usage.call import Call
from codeflash_api.usage.dependencies import metered

router = APIRouter(tags=["ai"])


@router.post("/ai/testgen", response_model=TestgenResponse, responses=ERRORS)
async def testgen(
    body: TestgenRequest,
    call: Annotated[Call, Depends(metered(Feature.TESTGEN), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> TestgenResponse:
    """Write a file of tests for a function, instrumented for the client."""
    question = await asyncio.to_thread(body.question)
    slot = f"testgen:{body.test_index}"
    earlier = await recalled(resources, call, body.rerun_trace_id, slot)
    if earlier is not None:
        # The same tests, with the markers of this run.
        again = partial(finished, earlier["generated_tests"], question)
        return TestgenResponse.of(await asyncio.to_thread(again))
    tests = await resources.answer(
        call,
        by_model=partial(service.generate, question),
        by_rules=partial(rules.generate, question) if body.language == "python" else None,
    )
    await remember(resources, call, slot, {"generated_tests": tests.readable})
    return TestgenResponse.of(tests)


@router.post("/ai/testgen_repair", response_model=TestgenResponse, responses=ERRORS)
async def testgen_repair(
    body: TestgenRepairRequest,
    call: Annotated[Call, Depends(metered(Feature.TESTGEN_REPAIR), scope="function")],
    resources: Annotated[Resources, Depends(get_resources)],
) -> TestgenResponse:
    """Replace the named test functions and keep the others."""
    question = await asyncio.to_thread(body.question)
    tests = await resources.answer(
        call,
        by_model=partial(service.repair, question),
        by_rules=partial(rules.repair, question) if body.language == "python" else None,
    )
    return TestgenResponse.of(tests)
