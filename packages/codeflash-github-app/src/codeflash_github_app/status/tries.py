"""How often a password may be tried: a few times from one place, and not without end from all together."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

from attrs import field, frozen

WINDOW_SECONDS = 300.0
MOST_HERE = 5
"""Wrong passwords from one address within the window."""
MOST_TOGETHER = 50
"""Wrong passwords from all addresses within the window: guessers may have many."""


@frozen
class Tries:
    """Wrong passwords of the last minutes.

    Attributes:
        clock: Seconds that only grow.
    """

    clock: Callable[[], float]
    _wrong: deque[tuple[float, str]] = field(factory=deque)

    def wait(self, address: str) -> int:
        """Seconds until the next try, 0 when it may be now.

        Args:
            address: Where it comes from.
        """
        now = self.clock()
        while self._wrong and self._wrong[0][0] <= now - WINDOW_SECONDS:
            self._wrong.popleft()
        here = [moment for moment, each in self._wrong if each == address]
        waits = [0.0]
        if len(here) >= MOST_HERE:
            waits.append(here[-MOST_HERE] + WINDOW_SECONDS - now)
        if len(self._wrong) >= MOST_TOGETHER:
            waits.append(self._wrong[-MOST_TOGETHER][0] + WINDOW_SECONDS - now)
        return math.ceil(max(waits))

    def note_wrong(self, address: str) -> None:
        """Count a wrong password."""
        self._wrong.append((self.clock(), address))
