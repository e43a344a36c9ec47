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

    def __init__(self, most: int) -> None:
        """Start empty.

        Args:
            most: How many results are remembered.
        """
        self._most = most
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
            self._known[key] = made
            if len(self._known) > self._most:
                del self._known[next(iter(self._known))]
        return made
