"""Entries of the ledger and lines of the bank."""

from typing import NamedTuple


class Entry(NamedTuple):
    number: int
    reference: str
    cents: int
    day: int


class Line(NamedTuple):
    position: int
    reference: str
    cents: int
    day: int


def read_entries(rows):
    """Entries from rows of text: number; reference; amount; day."""
    entries = []
    for row in rows:
        number, reference, amount, day = (field.strip() for field in row.split(";"))
        entries.append(Entry(int(number), reference, cents(amount), int(day)))
    return entries


def cents(amount):
    """Cents of an amount such as ``12``, ``12.5`` or ``-3.07``."""
    sign = -1 if amount.startswith("-") else 1
    whole, _, part = amount.lstrip("-").partition(".")
    if len(part) > 2:
        raise ValueError(f"too fine an amount: {amount}")
    return sign * (int(whole) * 100 + int(part.ljust(2, "0") or 0))
