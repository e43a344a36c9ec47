from __future__ import annotations

from collections.abc import Sequence

import httpx2
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from codeflash_api.observability.tracing import stop_tracing, trace


class Kept(SpanExporter):
    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans.extend(spans)
        return SpanExportResult.SUCCESS


@pytest.fixture
def app() -> FastAPI:
    made = FastAPI()

    @made.post("/ai/rank")
    async def rank(body: dict[str, str]) -> None: ...

    @made.get("/healthz")
    async def healthz() -> None: ...

    return made


async def ask(app: FastAPI) -> None:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service.test") as client:
        headers = {"Authorization": "Bearer cf-secret"}
        await client.post("/ai/rank", json={"source_code": "canary"}, headers=headers)
        await client.get("/healthz")


async def test_requests_become_spans_without_headers_and_bodies(app: FastAPI) -> None:
    kept = Kept()
    trace(app, kept)
    await ask(app)
    stop_tracing(app)
    names = {span.name for span in kept.spans}
    assert "POST /ai/rank" in names
    assert not any("healthz" in name for name in names)
    text = "".join(span.to_json() for span in kept.spans)
    assert "canary" not in text
    assert "cf-secret" not in text


def test_without_tracing_there_is_nothing_to_stop(app: FastAPI) -> None:
    stop_tracing(app)
