"""When something that failed is tried again: not sooner than GitHub says, and later each time."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job as Entry

from codeflash_core.errors import GitHubError
from codeflash_postgres.errors import DatabaseAway

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 900.0
MOST_TRIES = 12
"""How often in a row GitHub may fail to answer before a job is given up: about an hour."""
LONGEST_LIMIT = 2 * 86_400.0
"""A limit that is over later than that is taken for a mistake."""


def wait(problem: BaseException, attempts: int) -> float:
    """Seconds to wait before it is tried again.

    Args:
        problem: What went wrong.
        attempts: How often it went wrong before.
    """
    told = getattr(problem, "retry_after", None)
    growing = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempts, 16))
    # Others were told the same moment: not all come at once.
    spread = random.uniform(0.75, 1.25)
    if isinstance(told, int | float) and 0 <= told <= LONGEST_LIMIT:
        return float(max(told + random.uniform(0.0, FIRST_SECONDS), growing * spread if told == 0 else 0.0))
    return growing * spread


class Backoff(BaseRetryStrategy):
    """Tries again what may go better later, and what the end of a worker interrupted."""

    def get_retry_decision(self, *, exception: BaseException, job: Entry) -> RetryDecision | None:
        """When, or None for never."""
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_at=datetime.now(UTC))
        passing = isinstance(exception, DatabaseAway) or (
            isinstance(exception, GitHubError) and exception.passing
        )
        if not passing and job.attempts >= MOST_TRIES:
            return None
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=wait(exception, job.attempts)))
