from __future__ import annotations

from typing import Any

import httpx2
import pytest

from codeflash_core.errors import ServiceError
from codeflash_core.service.address import Address
from codeflash_core.service.client import ServiceClient
from codeflash_core.service.values import (
    Adapt,
    AdaptiveStep,
    Explain,
    Features,
    Optimize,
    OptimizeLineProfiler,
    Rank,
    Refine,
    Repair,
    Review,
    TestDiff,
    TestedFunction,
    Testgen,
)

CODE = """```python:a.py
def unique(items):
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out


def second(items):
    return sum([item for item in items])
```"""
NEXT = CODE.replace("sum([item for item in items])", "sum(items)")


@pytest.fixture
def client(app: Any, api_key: str) -> ServiceClient:
    return ServiceClient(Address("http://service.test", api_key), httpx2.ASGITransport(app=app))


async def test_candidates_are_made_refined_and_taken_further(client: ServiceClient) -> None:
    async with client:
        found = await client.optimize(Optimize(source_code=CODE, trace_id="t", qualified_name="unique"))
        profiled = OptimizeLineProfiler(source_code=CODE, line_profiler_results="", trace_id="t")
        assert await client.optimize_line_profiler(profiled)
        refine = Refine(
            optimization_id=found[0].optimization_id,
            original_source_code=CODE,
            optimized_source_code=NEXT.replace("    out = []", "    out = list()"),
            trace_id="t",
        )
        (refined, *_) = await client.refinement((refine,))
        assert refined.parent_id == found[0].optimization_id
        step = AdaptiveStep(
            optimization_id="root", source_code=NEXT, explanation="", source="OPTIMIZE", speedup=""
        )
        adapted = await client.adaptive_optimize(
            Adapt(trace_id="t", original_source_code=CODE, candidates=(step,))
        )
        assert adapted.parent_id == "root"


async def test_a_repair_that_is_not_to_be_had_is_an_error(client: ServiceClient) -> None:
    request = Repair(
        optimization_id="p",
        original_source_code=CODE,
        modified_source_code=NEXT,
        trace_id="t",
        test_diffs=(TestDiff(scope="did_pass", original_pass=True, candidate_pass=False),),
    )
    async with client:
        with pytest.raises(ServiceError) as caught:
            await client.code_repair(request)
    assert (caught.value.status, caught.value.concerns_request) == (501, True)


async def test_changes_are_ranked_explained_reviewed_and_logged(client: ServiceClient) -> None:
    async with client:
        rank = Rank(trace_id="t", diffs=("a", "b"), speedups=(1.5, 3.0), optimization_ids=("p", "q"))
        assert await client.rank(rank) == (1, 0)
        explain = Explain(
            trace_id="t",
            source_code="# file: a.py\nx = 1",
            optimized_code="# file: a.py\nx = 2",
            optimization_id="p",
            original_explanation="Fewer steps.",
        )
        assert (await client.explain(explain)).startswith("Fewer steps.")
        review = Review(
            trace_id="t", original_code="x = 1", optimized_code="x = 2", speedup="235%", loop_count=50
        )
        assert (await client.optimization_review(review)).review in ("high", "medium", "low", "")
        await client.log_features(
            Features(
                trace_id="t",
                speedup_ratio={"p": 2.0, "q": None},
                original_runtime=9,
                optimized_runtime={"p": 3},
                is_correct={"p": True},
            )
        )


async def test_tests_are_generated(client: ServiceClient) -> None:
    request = Testgen(
        source_code_being_tested=CODE,
        function_to_optimize=TestedFunction(function_name="unique", file_path="/project/a.py"),
        module_path="a",
        test_module_path="tests.test_unique__unit_test_0",
        trace_id="t",
        qualified_name="unique",
    )
    async with client:
        tests = await client.testgen(request)
    assert "unique" in tests.generated_tests
    assert tests.instrumented_behavior_tests != tests.instrumented_perf_tests


async def test_a_wrong_key_is_told(app: Any) -> None:
    address = Address("http://service.test", "cf-wrong")
    async with ServiceClient(address, httpx2.ASGITransport(app=app)) as client:
        with pytest.raises(ServiceError, match="answers 401") as caught:
            await client.optimize(Optimize(source_code=CODE, trace_id="t"))
    assert "cf-wrong" not in str(caught.value)
