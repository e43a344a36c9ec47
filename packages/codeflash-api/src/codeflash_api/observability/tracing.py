"""OpenTelemetry spans, off unless asked for; where they go is set by the usual ``OTEL_*`` variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

UNTRACED = "healthz,readyz,metrics"


def trace(app: FastAPI, exporter: SpanExporter | None = None) -> None:
    """Make a span of every request: path, status and times, never a header or a body.

    Args:
        app: The application.
        exporter: Where spans go; by default over OTLP to where ``OTEL_EXPORTER_OTLP_ENDPOINT`` says.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "codeflash-api"}))
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
    FastAPIInstrumentor.instrument_app(app, tracer_provider=provider, excluded_urls=UNTRACED)
    app.state.tracer_provider = provider


def stop_tracing(app: FastAPI) -> None:
    """Send what is left and end the exporter's thread."""
    provider = getattr(app.state, "tracer_provider", None)
    if provider is not None:
        provider.shutdown()
