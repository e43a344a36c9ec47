"""Token buckets in thousandths of a token."""

from __future__ import annotations

TOKEN = 1000


class Buckets:
    """One bucket for each client: full at first, refilled as time goes by."""

    def __init__(self, capacity: int, per_second: int) -> None:
        if capacity < 1 or per_second < 1:
            raise ValueError("a bucket holds something and is refilled")
        self.capacity = capacity * TOKEN
        self.per_second = per_second
        self.levels: dict[str, tuple[int, int]] = {}

    def take(self, client: str, now: int, tokens: int = 1) -> int:
        """Take tokens at a time in milliseconds; return 0, or the milliseconds until they are there."""
        level, last = self.levels.get(client, (self.capacity, now))
        if now > last:
            level += (now - last) * self.per_second
            if level > self.capacity:
                level = self.capacity
            last = now
        wanted = tokens * TOKEN
        if wanted > level:
            self.levels[client] = (level, last)
            return -((level - wanted) // self.per_second)
        self.levels[client] = (level - wanted, last)
        return 0


def replay(buckets: Buckets, requests: list[tuple[str, int]]) -> list[int]:
    """The answers to a list of (client, time)."""
    take = buckets.take
    return [take(client, now) for client, now in requests]
