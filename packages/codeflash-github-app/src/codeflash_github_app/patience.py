"""Asking GitHub again where that makes sense, no sooner than it says."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from attrs import frozen

from codeflash_core.errors import GitHubError

T = TypeVar("T")


@frozen
class Patience:
    """How long to try.

    Attributes:
        tries: How often at most.
        first: Seconds before the second try; twice as long before each further one.
        longest: Most seconds that one wait may take: a limit that ends later ends this piece of work, which is taken up
            again then.
        sleep: Waits.
    """

    tries: int = 6
    first: float = 1.0
    longest: float = 120.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def asked(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What is answered in the end.

        Args:
            ask: Asks. It is called again after a failure, so of something that must happen once it looks first whether
                it has happened: an answer may be lost after the work is done.

        Raises:
            GitHubError: It is refused, or there is no answer after all tries; ``passing`` tells them apart.
        """
        for number in range(1, self.tries + 1):
            try:
                return await ask()
            except GitHubError as problem:
                wait = self._wait(problem, number)
                if wait is None:
                    raise
            await self.sleep(wait)
        raise AssertionError("the last try answers or raises")

    def _wait(self, problem: GitHubError, number: int) -> float | None:
        """Seconds before the next try; None when there is none."""
        if not problem.passing or number == self.tries:
            return None
        if problem.retry_after is not None:
            # A little later, each at another moment: all who were refused come back otherwise at once.
            wait = problem.retry_after + random.uniform(0.0, self.first)
            return wait if wait <= self.longest else None
        # GitHub asks for a minute at least after a limit that names no time.
        least = 60.0 * self.first if problem.status in (403, 429) else self.first
        return float(min(self.longest, least * 2 ** (number - 1)) * random.uniform(0.75, 1.25))
