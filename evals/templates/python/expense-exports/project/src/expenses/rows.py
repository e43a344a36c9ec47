"""Rows of an export."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass


class BadRow(ValueError):
    """A row that is not an expense."""


@dataclass(frozen=True)
class Expense:
    person: str
    kind: str
    cents: int
    approved: bool
    note: str


def expense(row: dict[str, str], number: int) -> Expense:
    try:
        whole, _, part = row["amount"].partition(".")
        return Expense(
            person=row["person"],
            kind=row["kind"].lower(),
            cents=int(whole) * 100 + int((part + "00")[:2]),
            approved=row["state"] == "approved",
            note=row.get("note") or "",
        )
    except (KeyError, ValueError) as problem:
        raise BadRow(f"row {number}: {problem}") from problem


def read(lines: Iterable[str]) -> list[Expense]:
    """Read the expenses of an export with a header line."""
    rows = list(csv.DictReader(lines, delimiter=";"))
    return [expense(row, number) for number, row in enumerate(rows, 1)]
