"""Asks again when that may help, after a wait, and never beyond the deadline."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from attrs import define, evolve, field, frozen

from codeflash_api.llm.model import Deadline, Model, Prompt, ProviderError, Reply


@frozen
class Patience:
    """How often and how long to wait.

    Attributes:
        attempts: Most times that a model is asked.
        first: Seconds before the second time, at most; doubled from then on.
        longest: Longest wait in seconds: a provider that wants more is left for the next one of the chain.
        least: Seconds that must be left after the wait for asking to be worth while.
    """

    attempts: int = 3
    first: float = 1.0
    longest: float = 30.0
    least: float = 2.0


@define
class Retrying:
    """A model that is asked again on errors that may pass.

    Attributes:
        inner: The model.
        patience: How often and how long to wait.
        sleep: Waits for some seconds.
        random: A number from 0 to 1, for the jitter.
    """

    inner: Model
    patience: Patience = field(factory=Patience)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random

    @property
    def provider(self) -> str:
        """The provider's name."""
        return self.inner.provider

    @property
    def model(self) -> str:
        """The model's name."""
        return self.inner.model

    async def complete(self, prompt: Prompt, deadline: Deadline) -> Reply:
        """One answer to one prompt.

        Raises:
            ProviderError: There is none, and asking again would not help or there is no time for it.
        """
        attempt, untold = 1, 0
        while True:
            try:
                reply = await self.inner.complete(prompt, deadline)
                return evolve(reply, untold=untold) if untold else reply
            except ProviderError as problem:
                untold += problem.may_cost
                problem.may_cost = untold > 0
                wait = self._wait(problem, attempt)
                if wait is None or wait + self.patience.least > deadline.left:
                    raise
            await self.sleep(wait)
            attempt += 1

    async def close(self) -> None:
        """Close the connections."""
        await self.inner.close()

    def _wait(self, problem: ProviderError, attempt: int) -> float | None:
        if not problem.retriable or attempt >= self.patience.attempts:
            return None
        # Full jitter over the upper half: many that failed together do not come back together.
        backoff = self.patience.first * 2.0 ** (attempt - 1) * (0.5 + self.random() / 2)
        wait = max(backoff, problem.retry_after or 0.0)
        return wait if wait <= self.patience.longest else None
