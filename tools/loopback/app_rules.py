"""Which permission a request of an app's needs, and what may go wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NEEDS = (
    ("GET", r"", "metadata", "read"),
    ("GET", r"/(pulls|issues).*", "pull_requests", "read"),
    ("GET", r"/(check-runs/.*|commits/.*/check-runs)", "checks", "read"),
    ("GET", r"/(compare|git)/.*", "contents", "read"),
    ("GET", r"/collaborators/.*", "metadata", "read"),
    ("(POST|PATCH)", r"/check-runs.*", "checks", "write"),
    ("(POST|PATCH)", r"/(pulls|issues).*", "pull_requests", "write"),
)
"""Which permission a request needs."""


class Misbehaviour:
    """What happens to requests instead of what should.

    Attributes:
        method: Of which requests.
        path: A regular expression that their path matches.
        times: How many of them are left.
        status: What they are answered; None when they are answered as they should be.
        headers: What goes with that.
        document: The answer's body.
        lost: Whether the work is done all the same before that.
        seconds: How long they wait.
    """

    def __init__(
        self,
        method: str,
        path: str,
        *,
        times: int = 1,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        document: Any = None,
        lost: bool = False,
        seconds: float = 0.0,
    ) -> None:
        self.method, self.path, self.times, self.status = method, path, times, status
        self.headers, self.document = dict(headers or {}), document or {"message": "no"}
        self.lost, self.seconds = lost, seconds
