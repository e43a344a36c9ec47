"""Remembers what was worked out last."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Results by key, those that were asked for last; for any number of threads.

    It is for results that need more to be worked out than the key that they are known by, which
    :func:`functools.lru_cache` would keep too.
    """

    def __init__(self, most: int, size: Callable[[K, V], int] = lambda key, value: 1) -> None:
        """Start empty.

        Args:
            most: How much is remembered: so many results, or the sum of their sizes.
            size: The size of a result with its key. One that is larger than all that is remembered is remembered alone.
        """
        self._most, self._size = most, size
        self._sum = 0
        self._known: dict[K, V] = {}
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The result for a key, made where it is not known; two threads may both make it."""
        with self._lock:
            if key in self._known:
                found = self._known[key] = self._known.pop(key)  # now the last one
                return found
        made = make()
        with self._lock:
            self._forget(key)
            self._known[key] = made
            self._sum += self._size(key, made)
            while self._sum > self._most and len(self._known) > 1:
                self._forget(next(iter(self._known)))
        return made

    def _forget(self, key: K) -> None:
        if key in self._known:
            self._sum -= self._size(key, self._known.pop(key))
