"""How fast passwords may be tried: each wrong one makes the next try slower. None is refused: somebody else's tries lock nobody out."""

from __future__ import annotations

import contextlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable

from attrs import field, frozen

WINDOW_SECONDS = 300.0
FREE_HERE = 5
"""Wrong passwords from one address within the window that cost nothing."""
FREE_TOGETHER = 50
"""Wrong passwords from all addresses within the window that cost nothing: guessers may have many."""
FIRST_SECONDS = 0.5
MOST_HERE = 10.0
"""Seconds that a try waits for others from its address at most: behind a proxy that is everybody's."""
MOST_TOGETHER = 2.0
"""Seconds that a try waits for those of other addresses at most."""
MOST_KEPT = 5_000
"""Wrong passwords that are remembered, so that a flood of them costs no memory."""


@frozen
class Tries:
    """Wrong passwords of the last minutes, and tries that wait.

    Attributes:
        clock: Seconds that only grow.
        sleep: Waits for some seconds.
    """

    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    _wrong: deque[tuple[float, str]] = field(factory=lambda: deque(maxlen=MOST_KEPT))
    _waiting: Counter[str] = field(factory=Counter)

    @contextlib.asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Wait before a password is looked at; it counts as a wrong one until that is done, so that many at once gain nothing.

        Args:
            address: Where it comes from.
        """
        seconds = self.wait(address)
        self._waiting[address] += 1
        try:
            if seconds:
                await self.sleep(seconds)
            yield
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]

    def wait(self, address: str) -> float:
        """Seconds that a try from an address waits."""
        now = self.clock()
        while self._wrong and self._wrong[0][0] <= now - WINDOW_SECONDS:
            self._wrong.popleft()
        here = sum(each == address for _, each in self._wrong) + self._waiting[address]
        together = len(self._wrong) + self._waiting.total()
        return max(_seconds(here - FREE_HERE, MOST_HERE), _seconds(together - FREE_TOGETHER, MOST_TOGETHER))

    def note_wrong(self, address: str) -> None:
        """Count a wrong password."""
        self._wrong.append((self.clock(), address))


def _seconds(beyond: int, most: float) -> float:
    """Twice as long for each one that was not free."""
    return 0.0 if beyond < 0 else min(most, FIRST_SECONDS * 2.0 ** min(beyond, 10))
