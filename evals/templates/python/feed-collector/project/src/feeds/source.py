"""Sources of headlines."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


class Unavailable(Exception):
    """The source did not answer."""


@dataclass(frozen=True)
class Source:
    """A source that answers after ``delay`` seconds, or not at all when it is down."""

    name: str
    headlines: tuple[str, ...] = ()
    delay: float = 0.001
    down: bool = False

    async def fetch(self) -> tuple[str, ...]:
        await asyncio.sleep(self.delay)
        if self.down:
            raise Unavailable(f"{self.name} does not answer")
        return self.headlines
