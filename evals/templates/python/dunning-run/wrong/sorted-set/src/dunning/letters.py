"""Who gets which letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dunning.fees import late_fee, stage


@dataclass(frozen=True)
class Invoice:
    number: str
    email: str
    amount: int
    due: date


@dataclass(frozen=True)
class Letter:
    email: str
    stage: str
    invoices: int
    owed: int


_ORDER = ("friendly", "reminder", "warning", "collection")


def days_late(invoice: Invoice, today: date) -> int:
    return (today - invoice.due).days


def overdue(invoices: list[Invoice], today: date) -> list[Invoice]:
    return [invoice for invoice in invoices if days_late(invoice, today) > 0]


def recipients(invoices: list[Invoice]) -> list[str]:
    """Addresses in the order in which they first appear, written in lower case."""
    return sorted({invoice.email.strip().lower() for invoice in invoices} - {""})


def letter_run(invoices: list[Invoice], today: date) -> list[Letter]:
    """One letter for each address with something overdue; the worst stage sets its tone."""
    late = overdue(invoices, today)
    totals = {address: [0, 0, 0] for address in recipients(late)}
    for invoice in late:
        address = invoice.email.strip().lower()
        if not address:
            continue
        days = days_late(invoice, today)
        entry = totals[address]
        entry[0] = max(entry[0], _ORDER.index(stage(days)))
        entry[1] += 1
        entry[2] += invoice.amount + late_fee(invoice.amount, days)
    return [Letter(address, _ORDER[worst], count, owed) for address, (worst, count, owed) in totals.items()]
