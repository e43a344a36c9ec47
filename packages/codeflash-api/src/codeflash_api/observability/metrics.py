"""Figures for Prometheus: requests, latencies and what models cost, by feature and outcome."""

from __future__ import annotations

from attrs import define, field
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from codeflash_api.feature import Feature
from codeflash_api.usage.call import Call

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_FEATURES = frozenset(feature.value for feature in Feature)


def feature_of(path: str) -> str:
    """The label that a path is counted under: a feature, ``companion`` or ``other``.

    Args:
        path: The request's path; whatever a client made up must not become a label of its own.
    """
    if path.startswith("/ai/"):
        name = path.removeprefix("/ai/").replace("_", "-")
        if name in _FEATURES:
            return name
    return "companion" if path.startswith("/cfapi/") else "other"


def outcome_of(status: int | None, gone: bool) -> str:
    """How a request ended: ``ok``, ``refused`` (4xx), ``failed`` (5xx) or ``cancelled``.

    Args:
        status: The answer's status, None when there was no answer.
        gone: Whether the client went away.
    """
    if gone or status is None:
        return "cancelled"
    return "ok" if status < 400 else "refused" if status < 500 else "failed"


@define
class Metrics:
    """The figures of one application."""

    registry: CollectorRegistry = field(factory=CollectorRegistry)
    _requests: Counter = field(init=False)
    _seconds: Histogram = field(init=False)
    _running: Gauge = field(init=False)
    _tokens: Counter = field(init=False)
    _dollars: Counter = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._requests = Counter(
            "codeflash_api_requests",
            "Requests that ended.",
            ("feature", "outcome", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "codeflash_api_request_seconds",
            "Time from request to answer.",
            ("feature", "outcome"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._running = Gauge("codeflash_api_running_requests", "Requests at work.", registry=self.registry)
        self._tokens = Counter(
            "codeflash_api_tokens",
            "Tokens of models.",
            ("feature", "provider", "model", "kind"),
            registry=self.registry,
        )
        self._dollars = Counter(
            "codeflash_api_dollars",
            "Price of exchanges with models, where it is known.",
            ("feature", "provider", "model"),
            registry=self.registry,
        )

    def begin(self) -> None:
        """A request has come."""
        self._running.inc()

    def end(self, feature: str, outcome: str, status: int | None, seconds: float) -> None:
        """A request has ended.

        Args:
            feature: As from :func:`feature_of`.
            outcome: As from :func:`outcome_of`.
            status: The answer's status, None when there was none.
            seconds: How long it took.
        """
        self._running.dec()
        self._requests.labels(feature, outcome, str(status or "none")).inc()
        self._seconds.labels(feature, outcome).observe(seconds)

    def spend(self, call: Call) -> None:
        """Note what a metered call spent on models."""
        for spent in call.spent:
            for kind in ("input", "cached", "output"):
                count = getattr(spent.tokens, kind)
                if count > 0:
                    self._tokens.labels(call.feature.value, spent.provider, spent.model, kind).inc(count)
            if spent.dollars:
                self._dollars.labels(call.feature.value, spent.provider, spent.model).inc(spent.dollars)

    def text(self) -> bytes:
        """The figures in Prometheus's text form."""
        return generate_latest(self.registry)
