"""The street network."""

from __future__ import annotations

from collections.abc import Iterable


class Streets:
    """Places joined by streets that can be ridden one way or both ways."""

    def __init__(self, streets: Iterable[tuple[str, str, int]] = (), one_way: Iterable[tuple[str, str, int]] = ()):
        self.neighbours: dict[str, dict[str, int]] = {}
        for start, end, metres in streets:
            self.add(start, end, metres)
            self.add(end, start, metres)
        for start, end, metres in one_way:
            self.add(start, end, metres)

    def add(self, start: str, end: str, metres: int) -> None:
        if metres < 0:
            raise ValueError(f"a street of {metres} m between {start} and {end}")
        self.neighbours.setdefault(end, {})
        known = self.neighbours.setdefault(start, {})
        known[end] = min(metres, known.get(end, metres))

    def __contains__(self, place: str) -> bool:
        return place in self.neighbours
