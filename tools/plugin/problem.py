"""What is wrong with a plugin, where, and what to do."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """One reason not to ship.

    Attributes:
        file: The source file, relative to the folder that holds ``plugin/``.
        line: Counted from 1.
        what: What is wrong.
        remedy: What to do about it.
    """

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.remedy}"


class Broken(Exception):
    """The plugin cannot be assembled.

    Attributes:
        problems: Why, sorted by place.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))
