"""How much time a search may take."""

from __future__ import annotations

import time
from collections.abc import Callable

GRACE = 0.25
"""Share of the budget that a step which has begun, or without which nothing can be said, may take beyond it."""
LEAST_SECONDS = 5.0
"""A step that has begun gets this long whatever the budget is."""


class Budget:
    """Seconds on a clock; the time a killed run had used counts as used."""

    def __init__(
        self, seconds: float, *, used: float = 0.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start the clock.

        Args:
            seconds: The whole budget.
            used: Seconds used before this process.
            clock: A clock in seconds.
        """
        self.seconds = seconds
        self._clock = clock
        self._started = clock() - used

    @property
    def used(self) -> float:
        """Seconds used so far."""
        return self._clock() - self._started

    @property
    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self.seconds - self.used)

    @property
    def patience(self) -> float:
        """Seconds that a step may take which is begun now."""
        return max(self.left, GRACE * self.seconds, LEAST_SECONDS)

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0.0
