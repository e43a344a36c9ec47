"""``pulls.tsv``: which pull request was opened for what, one row each time; rows are only ever appended."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from attrs import evolve, frozen

from codeflash_core.records.tables import Table

SCHEMA = 1


class PullKind(StrEnum):
    """What a pull request carries."""

    CHANGE = "change"
    STACK = "stack"


@frozen
class PullRow:
    """A pull request as it was when it was opened or written anew; the attributes are the columns.

    Attributes:
        kind: One change, or all of them stacked.
        repository: Where it was opened, ``OWNER/REPO``.
        number: Its number there.
        url: Where people read it.
        branch: The branch that it asks to merge.
        commit: The commit at the branch's tip.
        iteration: Number of the recording whose figures it quotes.
        title: Its title.
        recorded: ISO 8601 time, UTC.
    """

    kind: PullKind
    repository: str
    number: int
    url: str
    branch: str
    commit: str
    iteration: int
    title: str
    recorded: str

    def __attrs_post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"a pull request is counted from 1, not {self.number}")


PULLS = Table(
    f"# codeflash pulls, schema {SCHEMA}",
    SCHEMA,
    PullRow,
    {"kind": PullKind, "number": int, "iteration": int},
)
"""How pull requests stand in their file."""


def append_pull(path: Path, row: PullRow) -> None:
    """Add a pull request, and wait until it is on the disk; told again with nothing new, it is not written twice.

    Raises:
        UsageError: The file is of another schema, or was damaged by hand; it stays as it is.
        StageError: It can't be written.
    """

    def made(known: tuple[PullRow, ...]) -> Iterable[PullRow]:
        there = any(evolve(each, recorded=row.recorded) == row for each in known)
        return () if there else (row,)

    PULLS.append_made(path, made)


def read_pulls(path: Path) -> tuple[PullRow, ...]:
    """The pull requests, oldest first; none where there is no file.

    Raises:
        UsageError: The file is of another schema, or was damaged; the message names the line.
    """
    return PULLS.read_rows(path)
