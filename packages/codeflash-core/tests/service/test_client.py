from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from codeflash_core.errors import ServiceError
from codeflash_core.service import client as client_module
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

ADDRESS = Address("http://service.test/base", "cf-secret-key")
CANDIDATE = {"source_code": "code", "explanation": "why", "optimization_id": "id", "parent_id": None}
OPTIMIZE = Optimize(source_code="code", trace_id="t")

Answer = tuple[int, Any] | Exception


def _client(answer: Answer, asked: list[httpx2.Request] | None = None, **headers: str) -> ServiceClient:
    def respond(request: httpx2.Request) -> httpx2.Response:
        if asked is not None:
            asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx2.Response(status, content=content, headers=headers)

    return ServiceClient(ADDRESS, httpx2.MockTransport(respond))


CALLS: list[tuple[str, str, Callable[[ServiceClient], Any], Any]] = [
    ("optimize", "/ai/optimize", lambda c: c.optimize(OPTIMIZE), {"optimizations": [CANDIDATE]}),
    (
        "line profiler",
        "/ai/optimize-line-profiler",
        lambda c: c.optimize_line_profiler(
            OptimizeLineProfiler(source_code="code", line_profiler_results="x", trace_id="t")
        ),
        {"optimizations": [CANDIDATE]},
    ),
    (
        "testgen",
        "/ai/testgen",
        lambda c: c.testgen(
            Testgen(
                source_code_being_tested="code",
                function_to_optimize=TestedFunction(function_name="f", file_path="/a.py"),
                module_path="a",
                test_module_path="tests.test_a",
                trace_id="t",
            )
        ),
        {"generated_tests": "a", "instrumented_behavior_tests": "b", "instrumented_perf_tests": "c"},
    ),
    (
        "refinement",
        "/ai/refinement",
        lambda c: c.refinement(
            (Refine(optimization_id="p", original_source_code="a", optimized_source_code="b", trace_id="t"),)
        ),
        {"refinements": [CANDIDATE]},
    ),
    (
        "repair",
        "/ai/code_repair",
        lambda c: c.code_repair(
            Repair(
                optimization_id="p",
                original_source_code="a",
                modified_source_code="b",
                trace_id="t",
                test_diffs=(TestDiff(scope="did_pass", original_pass=True, candidate_pass=False),),
            )
        ),
        CANDIDATE,
    ),
    (
        "adaptive",
        "/ai/adaptive_optimize",
        lambda c: c.adaptive_optimize(
            Adapt(
                trace_id="t",
                original_source_code="a",
                candidates=(
                    AdaptiveStep(optimization_id="p", source_code="b", explanation="", source="", speedup=""),
                ),
            )
        ),
        CANDIDATE,
    ),
    (
        "rank",
        "/ai/rank",
        lambda c: c.rank(
            Rank(trace_id="t", diffs=("a", "b"), speedups=(1.0, 2.0), optimization_ids=("p", "q"))
        ),
        {"ranking": [1, 0]},
    ),
    (
        "explain",
        "/ai/explain",
        lambda c: c.explain(Explain(trace_id="t", source_code="a", optimized_code="b", optimization_id="p")),
        {"explanation": "why"},
    ),
    (
        "review",
        "/ai/optimization_review",
        lambda c: c.optimization_review(Review(trace_id="t", original_code="a", optimized_code="b")),
        {"review": "high"},
    ),
    (
        "features",
        "/ai/log_features",
        lambda c: c.log_features(
            Features(
                trace_id="t",
                speedup_ratio={"p": None},
                original_runtime=1,
                optimized_runtime={},
                is_correct={},
            )
        ),
        {},
    ),
]


@pytest.mark.parametrize(
    ("path", "call", "body"), [each[1:] for each in CALLS], ids=[each[0] for each in CALLS]
)
async def test_each_method_asks_its_endpoint(
    path: str, call: Callable[[ServiceClient], Any], body: Any
) -> None:
    asked: list[httpx2.Request] = []
    async with _client((200, body), asked) as client:
        await call(client)
    (request,) = asked
    assert str(request.url) == f"http://service.test/base{path}"
    assert request.headers["Authorization"] == "Bearer cf-secret-key"
    sent = json.loads(request.content)
    assert (sent[0] if isinstance(sent, list) else sent)["trace_id"] == "t"


@pytest.mark.parametrize(
    ("call", "body"),
    [(each[2], body) for each in CALLS[:-1] for body in ({}, [], None, b"no json", b"", b"{", "text")],
)
async def test_an_answer_that_is_not_whole_is_an_error(
    call: Callable[[ServiceClient], Any], body: Any
) -> None:
    async with _client((200, body)) as client:
        with pytest.raises(ServiceError) as caught:
            await call(client)
    assert caught.value.concerns_request


@pytest.mark.parametrize("ranking", [[0, 0], [2], [-1], ["0"], [True], None, {}])
async def test_a_ranking_of_wrong_indexes_is_an_error(ranking: Any) -> None:
    request = Rank(trace_id="t", diffs=("a", "b"), speedups=(1.0, 2.0), optimization_ids=("p", "q"))
    async with _client((200, {"ranking": ranking})) as client:
        with pytest.raises(ServiceError, match="ranking"):
            await client.rank(request)


@pytest.mark.parametrize(
    "change",
    [{"source_code": None}, {"explanation": 1}, {"optimization_id": None}, {"parent_id": 1}, {"model": []}],
)
async def test_a_candidate_of_other_types_is_an_error(change: Any) -> None:
    async with _client((200, {"optimizations": [{**CANDIDATE, **change}]})) as client:
        with pytest.raises(ServiceError):
            await client.optimize(OPTIMIZE)


async def test_an_unknown_grade_is_an_error() -> None:
    async with _client((200, {"review": "great"})) as client:
        with pytest.raises(ServiceError, match="review"):
            await client.optimization_review(Review(trace_id="t", original_code="a", optimized_code="b"))


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"error": "no such key"}, "answers 401: no such key"),
        (429, {"error": "too many"}, "answers 429: too many"),
        (500, b"<html>\nboom", "answers 500: <html> boom"),
        (302, b"", "answers 302"),
        (201, {"optimizations": []}, "answers 201"),
        (503, {"error": "x" * 5_000}, "x" * 300),
        (422, {"error": {"a": 1}}, "answers 422"),
        (502, {"error": "cf-secret-key leaked\x1b[31m"}, "answers 502: <key> leaked"),
    ],
)
async def test_everything_but_200_is_an_error(status: int, body: Any, words: str) -> None:
    async with _client((status, body)) as client:
        with pytest.raises(ServiceError) as caught:
            await client.optimize(OPTIMIZE)
    assert words in str(caught.value)
    assert "cf-secret-key" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert len(caught.value.message) < 400
    assert caught.value.status == status


@pytest.mark.parametrize(("text", "seconds"), [("7", 7.0), ("soon", None), ("-3", 0.0)])
async def test_the_wait_that_is_asked_for_is_known(text: str, seconds: float | None) -> None:
    async with _client(
        (
            429,
            {"error": "x"},
        ),
        **{"Retry-After": text},
    ) as client:
        with pytest.raises(ServiceError) as caught:
            await client.optimize(OPTIMIZE)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (httpx2.ConnectError("refused"), "can't be reached"),
        (httpx2.ConnectTimeout("slow"), "no answer in time"),
        (httpx2.ReadTimeout("slow"), "no answer in time"),
        (TimeoutError(), "no answer in time"),
        (httpx2.RemoteProtocolError("half"), "broke the connection off"),
        (httpx2.ReadError("reset"), "broke the connection off"),
    ],
)
async def test_no_answer_is_an_error_of_the_service(problem: Exception, words: str) -> None:
    async with _client(problem) as client:
        with pytest.raises(ServiceError, match=words) as caught:
            await client.optimize(OPTIMIZE)
    assert caught.value.status is None
    assert not caught.value.concerns_request


async def test_an_answer_without_end_is_not_read_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 10)
    async with _client((200, b"x" * 50)) as client:
        with pytest.raises(ServiceError, match="answers more than"):
            await client.optimize(OPTIMIZE)


async def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "httpx2", None)
    with pytest.raises(Exception, match="needs httpx2"):
        ServiceClient(ADDRESS)


def test_the_key_is_in_no_text() -> None:
    assert "secret" not in repr(ADDRESS)
