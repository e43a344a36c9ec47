"""Bounds the exchanges with one provider that run at once."""

from __future__ import annotations

import asyncio

from attrs import define, field

from codeflash_api.llm.model import Deadline, Model, Prompt, Reply, TimedOut


@define
class Slots:
    """The places for exchanges with one provider, shared by all its models.

    Attributes:
        most: Most exchanges at once.
    """

    most: int
    semaphore: asyncio.Semaphore = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.most < 1:
            raise ValueError(f"there must be a place for at least one exchange: {self.most}")
        self.semaphore = asyncio.Semaphore(self.most)


@define
class Bounded:
    """A model that waits for a place before it is asked.

    Attributes:
        inner: The model.
        slots: The provider's places.
    """

    inner: Model
    slots: Slots

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
            TimedOut: No place became free before the deadline.
            ProviderError: There is no answer.
        """
        try:
            async with asyncio.timeout(deadline.left):
                await self.slots.semaphore.acquire()
        except TimeoutError as problem:
            raise TimedOut(self.provider, "too many exchanges are under way") from problem
        try:
            return await self.inner.complete(prompt, deadline)
        finally:
            self.slots.semaphore.release()

    async def close(self) -> None:
        """Close the connections."""
        await self.inner.close()
