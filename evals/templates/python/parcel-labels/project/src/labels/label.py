"""A label and its barcode."""

from __future__ import annotations

from typing import NamedTuple


class Label(NamedTuple):
    number: int
    name: str
    lines: tuple[str, ...]
    country: str = "DE"


def check_digit(digits: str) -> int:
    """Weighted with 3 and 1 from the right, as on retail goods."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def barcode(label: Label) -> str:
    if not 0 <= label.number < 10**11:
        raise ValueError(f"no barcode for the number {label.number}")
    digits = f"{label.number:011}"
    return digits + str(check_digit(digits))


def as_text(label: Label) -> str:
    """The label as it is printed."""
    return "\n".join([label.name, *label.lines, label.country, barcode(label)])
