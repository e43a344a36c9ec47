"""What all adapters need: a client that is made when it is first used, and an end to waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

from codeflash_api.llm.model import Deadline, Misconfigured, TimedOut

CONNECT_SECONDS = 10.0


class Closable(Protocol):
    """A vendor's client."""

    async def close(self) -> None:
        """Close its connections."""
        ...


C = TypeVar("C", bound=Closable)


class Lazily(Generic[C]):
    """A client that is made in a thread when it is first used: importing an SDK takes about a second.

    Args:
        provider: Whose client, for the error's text.
        make: Makes it, importing the SDK.
    """

    def __init__(self, provider: str, make: Callable[[], C]) -> None:
        self._provider = provider
        self._make = make
        self._client: C | None = None
        self._lock = asyncio.Lock()

    async def get(self) -> C:
        """The client.

        Raises:
            Misconfigured: The SDK is missing, or refuses the settings.
        """
        if self._client is None:
            async with self._lock:
                if self._client is None:
                    self._client = await self._made()
        return self._client

    async def close(self) -> None:
        """Close the client where one was made; it is made anew when it is used again."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _made(self) -> C:
        try:
            return await asyncio.to_thread(self._make)
        except ImportError as problem:
            raise Misconfigured(self._provider, f"the package {problem.name} is not installed") from problem


@asynccontextmanager
async def within(provider: str, deadline: Deadline, longest: float) -> AsyncIterator[float]:
    """Ends what is inside when the deadline or the longest wait is over; gives the seconds that there are.

    Raises:
        TimedOut: It took longer.
    """
    seconds = min(deadline.left, longest)
    if seconds <= 0:
        raise TimedOut(provider, "no time is left to ask")
    try:
        async with asyncio.timeout(seconds):
            yield seconds
    except TimeoutError as problem:
        raise TimedOut(provider, f"no answer within {seconds:.0f} s") from problem
